package io.saddlebag.bench;

import io.saddlebag.Saddlebag;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.http.Redactor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The process that holds parked runs for {@link ParkedRunsBench}. Its arguments are the data
 * folder, the vendor's address, the folder of routes, the port of the metrics, the number of
 * exports, the seconds between polls of one, and the ledger's URL.
 */
public final class ParkedRuntime {
  private ParkedRuntime() {}

  /** Polls the vendor's jobs of unfinished runs, which are in the ledger already, for ever. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("data.folder", arguments[0]);
    settings.put("hq.server", arguments[1]);
    settings.put("hq.password", "password-of-the-benchmark");
    settings.put("routes.folder", arguments[2]);
    settings.put("camel.management.port", arguments[3]);
    settings.put("engine.step-threads", "16");
    settings.put("ledger.url", arguments[6]);
    settings.put("ledger.user", "postgres");
    Duration every = Duration.ofSeconds(Long.parseLong(arguments[5]));
    Saddlebag saddlebag =
        Saddlebag.start(
            new Saddlebag.Options(Path.of("application.properties"), settings, false, true),
            new Redactor(),
            Clock.systemUTC());
    for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
      saddlebag.exports().add(definition("export-" + i, every));
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private static ExportDefinition definition(String name, Duration every) {
    return new ExportDefinition(
        name,
        Path.of(name),
        "survey-solutions-export-source",
        "survey-solutions",
        "survey-solutions",
        false,
        "hq",
        null,
        ZoneOffset.UTC,
        false,
        every,
        every,
        Duration.ofDays(1),
        ExportDefinition.OnDeadline.LEAVE,
        ExportDefinition.OnLostCreate.RECREATE,
        null,
        Map.of(
            "questionnaire",
            "74e2d30854914e24af6beae9be64130c$1",
            "exportType",
            "Tabular",
            "interviewStatus",
            "All"));
  }
}
