package io.saddlebag.shaping;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Unpacks an archive through the real Kamelet in a process of its own, and says what came out: how
 * many entries, how many bytes, the milliseconds from the archive to the end, and the largest part
 * of memory in KiB. With a folder as the third argument the entries are moved there.
 */
public final class UnpackProcess {
  private UnpackProcess() {}

  /** Archive, work folder, and a folder for what comes out, or none. */
  public static void main(String[] args) throws Exception {
    AtomicLong entries = new AtomicLong();
    AtomicLong bytes = new AtomicLong();
    Processor count =
        exchange -> {
          File body = (File) exchange.getMessage().getBody();
          entries.incrementAndGet();
          bytes.addAndGet(body.length());
          if (args.length > 2) {
            Path target =
                Path.of(args[2], exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class));
            Files.createDirectories(target.getParent());
            Files.move(body.toPath(), target, StandardCopyOption.ATOMIC_MOVE);
          }
        };
    try (KameletContext context = new KameletContext(Path.of(args[1]), new Properties())) {
      context.camel().getRegistry().bind("count", count);
      context.routes(
          """
          - route:
              from:
                uri: direct:unpack
                steps:
                  - kamelet:
                      name: unpack-action
                      parameters: {maxRatio: 0}
                      steps:
                        - process: {ref: count}
          """);
      long start = System.nanoTime();
      Exchange done = context.send("direct:unpack", Path.of(args[0]));
      if (done.getException() != null) {
        throw done.getException();
      }
      System.out.println(
          entries
              + " entries, "
              + bytes
              + " bytes, "
              + (System.nanoTime() - start) / 1_000_000
              + " ms, "
              + peakKib()
              + " KiB");
    }
  }

  private static String peakKib() throws Exception {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return "?";
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .map(line -> line.replaceAll("\\D", ""))
        .findFirst()
        .orElse("?");
  }
}
