package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that do not fit into a small heap, in a Java of their own. */
class SmallHeapTest {
  @TempDir Path folder;

  /** Makes a table of the document and says what came of it. */
  public static void main(String[] arguments) throws Exception {
    Path document = Path.of(arguments[0]);
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(camel);
      exchange.getMessage().setBody(document);
      try {
        new AlidaTables(document.resolveSibling("work").toString()).toCsv(exchange);
        System.out.println("a table");
      } catch (UnreadableDocument e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  private String outcome(Path document) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx40m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SmallHeapTest.class.getName(),
                    document.toString()))
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
      return said;
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void a_definition_that_does_not_fit_is_named_as_that() throws Exception {
    Path document = folder.resolve("poll.json");
    try (Writer out = Files.newBufferedWriter(document)) {
      out.write("{\"definition\": {\"fields\": [{\"id\": \"a\", \"type\": {\"values\": [{}");
      for (int option = 0; option < 500_000; option++) {
        out.write(",{\"id\": \"" + option + "\", \"name\": \"option " + option + "\"}");
      }
      out.write("]}}]}, \"records\": []}");
    }

    assertThat(outcome(document))
        .contains("refused: poll.json has a definition, a record or an answer that does not fit")
        .contains("nothing was written. Give it more (-Xmx)");
  }

  @Test
  void an_answer_that_does_not_fit_is_named_as_that_and_a_shorter_one_is_read() throws Exception {
    String start =
        "{\"definition\": {\"fields\": [{\"id\": \"a\"}]}, \"records\": [{\"fields\": [{\"id\": \"a\","
            + " \"values\": [\"";
    Path document = folder.resolve("poll.json");
    Files.writeString(document, start + "x".repeat(900_000) + "\"]}]}]}");
    assertThat(outcome(document)).contains("a table");

    Files.writeString(document, start + "x".repeat(15_000_000) + "\"]}]}]}");
    assertThat(outcome(document))
        .contains("refused: poll.json has a text of more than", "beyond what this step reads");
  }
}
