package io.saddlebag.bench;

import io.saddlebag.Saddlebag;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.http.Redactor;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The process that holds parked runs for {@link ParkedRunsBench}: runs, folder, server. */
public final class ParkedRuntime {
  private ParkedRuntime() {}

  /** Requests so many runs, each of an export of its own, and polls them for ever. */
  public static void main(String[] arguments) throws Exception {
    int runs = Integer.parseInt(arguments[0]);
    Map<String, String> settings = new HashMap<>();
    settings.put("data.folder", arguments[1]);
    settings.put("hq.server", arguments[2]);
    settings.put("hq.password", "password-of-the-benchmark");
    settings.put("routes.folder", arguments[3]);
    settings.put("camel.management.port", arguments[4]);
    settings.put("engine.step-threads", "16");
    Saddlebag saddlebag =
        Saddlebag.start(
            new Saddlebag.Options(Path.of("application.properties"), settings, false, true),
            new Redactor(),
            Clock.systemUTC());
    for (int i = 0; i < runs; i++) {
      saddlebag.exports().add(definition("export-" + i));
    }
    if (saddlebag.ledger().runs().countUnfinished() == 0) {
      for (ExportDefinition export : saddlebag.exports().all()) {
        saddlebag.requests().request(export, Instant.now(), "manual");
      }
    }
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private static ExportDefinition definition(String name) {
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
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
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
