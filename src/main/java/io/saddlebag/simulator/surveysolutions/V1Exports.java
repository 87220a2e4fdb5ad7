package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The v1 export API of servers up to 20.10 (the sheet, section 2.2): one file for each parameter
 * set, overwritten in place, no job ids. Mode A says Finished; mode B never does. Guarded by its
 * simulator.
 */
final class V1Exports {
  private static final Pattern PATH =
      Pattern.compile("/api/v1/export/(\\w+)/([^/]+?)(?:/(start|details|cancel))?");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Clock clock;
  private final boolean modeA;
  private final Map<String, Export> exports = new HashMap<>();
  private int jobs = 122;
  private boolean failNext;

  /** One parameter set. */
  private static final class Export {
    private @Nullable Instant started;
    private @Nullable Instant updated;
    private boolean willFail;
    private boolean settled = true;
    private int generation;
    private int job;
    private String last = "NotStarted";
  }

  V1Exports(Clock clock, boolean modeA) {
    this.clock = clock;
    this.modeA = modeA;
  }

  void failNext() {
    failNext = true;
  }

  /** How many exports were begun. */
  int starts() {
    return jobs - 122;
  }

  /** Mode A keeps its statuses in memory and forgets them (item 23). */
  void restart() {
    exports
        .values()
        .forEach(
            export -> {
              export.settled = true;
              export.started = null;
              export.last = "NotStarted";
            });
  }

  boolean answer(Call call, Duration pace) throws IOException {
    Matcher path = PATH.matcher(call.request().path().replace("%24", "$"));
    if (!path.matches()) {
      return call.empty(404);
    }
    String key = path.group(1).toLowerCase(Locale.ROOT) + "/" + path.group(2);
    Export export = exports.computeIfAbsent(key, unknown -> new Export());
    settle(export, pace);
    String action = path.group(3) == null ? "download" : path.group(3);
    boolean right = call.request().method().equals(action.matches("start|cancel") ? "POST" : "GET");
    if (!right) {
      return call.empty(405);
    }
    return switch (action) {
      case "start" -> start(call, export);
      case "cancel" -> cancel(call, export);
      case "details" -> call.json(200, details(export, pace));
      default -> download(call, key, export);
    };
  }

  private boolean start(Call call, Export export) throws IOException {
    if (export.settled) {
      export.settled = false;
      export.started = clock.instant();
      export.willFail = failNext;
      export.job = ++jobs;
      failNext = false;
    }
    return modeA ? call.empty(200) : call.json(200, NODES.objectNode().put("JobId", export.job));
  }

  private static boolean cancel(Call call, Export export) throws IOException {
    export.settled = true;
    export.started = null;
    export.last = "NotStarted";
    return call.empty(200);
  }

  private void settle(Export export, Duration pace) {
    Instant started = export.started;
    if (export.settled
        || started == null
        || clock.instant().isBefore(started.plus(pace.multipliedBy(4)))) {
      return;
    }
    export.settled = true;
    export.started = null;
    if (!export.willFail) {
      export.updated = started.plus(pace.multipliedBy(4));
      export.generation++;
    }
    export.last = !modeA ? "NotStarted" : export.willFail ? "FinishedWithError" : "Finished";
  }

  private ObjectNode details(Export export, Duration pace) {
    ObjectNode details = NODES.objectNode();
    details.put("HasExportedFile", export.updated != null);
    details.put("LastUpdateDate", date(export.updated));
    details.put("ExportStatus", status(export, pace));
    Instant started = export.started;
    if (export.settled || started == null) {
      return details.putNull("RunningProcess");
    }
    ObjectNode running = details.putObject("RunningProcess");
    running.put("StartDate", started.toString()).put("ProgressInPercents", 0);
    if (!modeA) {
      running.put("Status", status(export, pace));
    }
    return details;
  }

  /**
   * With a local offset, unlike every other date (item 23); mode B has a date for no file (item
   * 24).
   */
  private @Nullable String date(@Nullable Instant updated) {
    if (updated == null) {
      return modeA ? null : "0001-01-01T00:00:00";
    }
    return updated.atOffset(ZoneOffset.ofHours(-4)).toString();
  }

  private String status(Export export, Duration pace) {
    Instant started = export.started;
    if (export.settled || started == null) {
      return export.last;
    }
    long quarter =
        Duration.between(started, clock.instant()).toMillis() / Math.max(1, pace.toMillis());
    if (modeA) {
      return quarter < 2 ? "Queued" : "Running";
    }
    return switch ((int) quarter) {
      case 0 -> "Queued";
      case 1 -> "Preparing";
      case 2 -> "Running";
      default -> "Compressing";
    };
  }

  /** The file of the run before shows, and is served, while a new one runs (item 23). */
  private boolean download(Call call, String key, Export export) throws IOException {
    if (export.updated == null) {
      return call.empty(404);
    }
    ObjectNode asked = NODES.objectNode().put("QuestionnaireId", key).put("ExportType", "v1");
    ExportJob job = new ExportJob(export.generation, "v1", asked, clock.instant());
    Body body = Archives.of(job, false);
    String range = call.request().header("Range");
    if (modeA) {
      call.header("Accept-Ranges", "bytes");
      if (range != null && range.matches("bytes=\\d+-")) {
        long from = Long.parseLong(range.replaceAll("\\D", ""));
        call.header(
            "Content-Range", "bytes " + from + "-" + (body.length() - 1) + "/" + body.length());
        return call.bytesFrom(206, "application/zip", body, from);
      }
    }
    return call.header("Content-Disposition", "attachment; filename*=UTF-8''household_1.zip")
        .bytes(200, "application/zip", body);
  }
}
