package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StorageSimulator.Style;
import io.saddlebag.simulator.storage.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The v1 export API of servers up to 20.10 (the sheet, section 2.2): one file for each parameter
 * set, overwritten in place, no job ids in paths. Mode A says Finished; mode B never does. Guarded
 * by its simulator.
 */
final class V1Exports {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-\\d*");
  private static final Duration LINK_LIFETIME = Duration.ofHours(10);
  private static final ZoneOffset SERVER_OFFSET = ZoneOffset.ofHours(-4);
  private static final int JOBS_BEFORE = 122;
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 7, true)
          .appendOffsetId()
          .toFormatter(Locale.ROOT);

  private final Settings settings;
  private final Questionnaires questionnaires;
  private final StorageSimulator storage;
  private final Map<ExportParameters, V1Export> exports = new HashMap<>();
  private V1Mode mode = V1Mode.A;
  private int starts;
  private boolean failNext;
  private String errorWord = "FinishedWithError";
  private Duration clockAhead = Duration.ZERO;

  V1Exports(Settings settings, Questionnaires questionnaires, StorageSimulator storage) {
    this.settings = settings;
    this.questionnaires = questionnaires;
    this.storage = storage;
  }

  void mode(V1Mode server) {
    mode = server;
    exports.clear();
  }

  void failNext() {
    failNext = true;
  }

  void spellsAsDocumented(boolean on) {
    errorWord = on ? "FinishedWithErrors" : "FinishedWithError";
  }

  void clockAhead(Duration ahead) {
    clockAhead = ahead;
  }

  int starts() {
    return starts;
  }

  /** Mode A keeps its statuses in memory and forgets them; mode B has a queue (item 23). */
  void restart(Instant now, Instant up) {
    settle(now);
    for (V1Export export : exports.values()) {
      if (mode == V1Mode.A) {
        export.forget();
      } else {
        export.startAgain(up);
      }
    }
  }

  Reply answer(Call call, Instant now) throws Refusal {
    settle(now);
    V1Request request = V1Request.of(call, mode, questionnaires, settings.serverZone);
    V1Export export = export(request.asked());
    return switch (request.action()) {
      case "start" -> start(request.asked(), export, now);
      case "cancel" -> cancel(request.asked(), export);
      case "details" -> Reply.json(200, details(request.asked(), export, now));
      default -> download(call, request.asked(), export);
    };
  }

  private V1Export export(ExportParameters asked) {
    return exports.computeIfAbsent(asked, unknown -> new V1Export(mode));
  }

  private void settle(Instant now) {
    for (V1Export export : exports.values()) {
      export.settle(now, settings.pace, settings.withoutFile, errorWord);
    }
  }

  private Reply start(ExportParameters asked, V1Export export, Instant now) throws Refusal {
    if (asked.type() == ExportType.DDI) {
      throw Refusal.message(400, "Not supported export type");
    }
    if (export.started() == null) {
      starts++;
      export.start(now, JOBS_BEFORE + starts, failNext);
      failNext = false;
    }
    return mode == V1Mode.A
        ? Reply.empty(200)
        : Reply.json(200, NODES.objectNode().put("JobId", export.job()));
  }

  /** Nothing to cancel is no error; mode B cancels whatever of that format is running. */
  private Reply cancel(ExportParameters asked, V1Export export) {
    if (mode == V1Mode.A) {
      export.forget();
    } else {
      exports.forEach(
          (other, process) -> {
            if (other.type() == asked.type()) {
              process.forget();
            }
          });
    }
    return Reply.empty(200);
  }

  private ObjectNode details(ExportParameters asked, V1Export export, Instant now) {
    // Mode B looks at the file of all interviews, whatever was asked for (section 2.2, point 4).
    Instant updated = export(ExportParameters.of(asked.type(), asked.questionnaire())).updated();
    Instant started = export.started();
    String status =
        started == null && leaksParadata(now) ? "Queued" : export.status(now, settings.pace);
    ObjectNode details =
        NODES
            .objectNode()
            .put("HasExportedFile", updated != null)
            .put("LastUpdateDate", updateDate(updated))
            .put("ExportStatus", status);
    if (started == null) {
      return details.putNull("RunningProcess");
    }
    ObjectNode running =
        details
            .putObject("RunningProcess")
            .put("StartDate", DATE.format(started.plus(clockAhead).atOffset(ZoneOffset.UTC)))
            .put("ProgressInPercents", export.progress(now, settings.pace));
    if (mode != V1Mode.A) {
      running.put("Status", status);
    }
    return details;
  }

  /** In mode A queued paradata shows in the status of every other format (section 2.2, point 5). */
  private boolean leaksParadata(Instant now) {
    return mode == V1Mode.A
        && exports.entrySet().stream()
            .filter(entry -> entry.getKey().type() == ExportType.PARADATA)
            .anyMatch(entry -> entry.getValue().status(now, settings.pace).equals("Queued"));
  }

  /** With a local offset, unlike every other date; mode B has a date for no file (item 24). */
  private @Nullable String updateDate(@Nullable Instant updated) {
    if (updated == null) {
      return mode == V1Mode.A ? null : "0001-01-01T00:00:00";
    }
    return DATE.format(updated.plus(clockAhead).atOffset(SERVER_OFFSET));
  }

  /** The file of the run before shows, and is served, while a new one is made (item 23). */
  private Reply download(Call call, ExportParameters asked, V1Export export) {
    boolean onTheSpot = asked.type() == ExportType.DDI;
    if (export.updated() == null && !onTheSpot) {
      return Reply.empty(404);
    }
    Body body = Archives.export(asked, export.generation(), settings);
    String name = asked.fileName();
    if (settings.s3Storage && mode != V1Mode.A && !onTheSpot) {
      String disposition = "attachment; filename =\"" + name + "\"";
      StoredObject object =
          new StoredObject(asked.storageKey(), body, "application/zip", disposition, null);
      storage.put(object);
      String link = storage.sign(object, Style.V4, LINK_LIFETIME).toString();
      return redirected -> redirected.header("Location", link).empty(302);
    }
    call.header("Content-Disposition", "attachment; filename*=UTF-8''" + name);
    if (mode == V1Mode.B_2020) {
      return whole -> whole.bytes(200, "application/zip", body);
    }
    call.header("Accept-Ranges", "bytes");
    return ranged(call.request().header("Range"), body);
  }

  private static Reply ranged(@Nullable String range, Body body) {
    Matcher wanted = RANGE.matcher(String.valueOf(range));
    if (!wanted.matches()) {
      return whole -> whole.bytes(200, "application/zip", body);
    }
    long from = Long.parseLong(wanted.group(1));
    if (from >= body.length()) {
      return call -> call.header("Content-Range", "bytes */" + body.length()).empty(416);
    }
    String part = "bytes " + from + "-" + (body.length() - 1) + "/" + body.length();
    return call -> call.header("Content-Range", part).bytesFrom(206, "application/zip", body, from);
  }
}
