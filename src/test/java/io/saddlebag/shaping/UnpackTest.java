package io.saddlebag.shaping;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The Kamelet {@code unpack-action} in Camel, with a step that keeps what it sees. */
abstract class UnpackTest {
  @TempDir Path folder;
  final Properties properties = new Properties();
  final List<String> seen = new ArrayList<>();
  Path work;
  KameletContext context;

  @BeforeEach
  void prepare() {
    work = folder.resolve("work");
    context = new KameletContext(work, properties);
    context.camel().getRegistry().bind("seen", (org.apache.camel.Processor) this::see);
  }

  @AfterEach
  void stop() throws Exception {
    context.close();
  }

  private void see(Exchange exchange) throws Exception {
    File body = (File) exchange.getMessage().getBody();
    seen.add(
        exchange.getMessage().getHeader("to", "", String.class)
            + exchange.getMessage().getHeader(Exchange.FILE_NAME)
            + "="
            + Files.readString(body.toPath())
            + " of "
            + exchange.getVariable("archiveName"));
  }

  static String route(String name, String parameters) {
    return """
    - route:
        from:
          uri: direct:%1$s
          steps:
            - kamelet:
                name: unpack-action/%1$s
                parameters: %2$s
                steps:
                  - setHeader: {name: to, constant: %1$s}
                  - process: {ref: seen}
    """
        .formatted(name, parameters.isEmpty() ? "{}" : parameters);
  }

  Path zip(String... namesAndTexts) throws Exception {
    return zip(StandardCharsets.UTF_8, namesAndTexts);
  }

  Path zip(Charset charset, String... namesAndTexts) throws Exception {
    Path zip = folder.resolve("data.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip), charset)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        out.putNextEntry(new ZipEntry(namesAndTexts[i]));
        out.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
      }
    }
    return zip;
  }
}
