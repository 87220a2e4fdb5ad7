package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One export job of the server, and the JSON that it shows of it (the sheet, section 2.1). Not
 * thread-safe.
 */
final class ExportJob {
  static final String FRIENDLY_ERROR =
      "An unexpected error occurred during export. We are sorry for inconvenience. Please contact your"
          + " server support team.";
  static final String STACK_TRACE =
      "System.IO.IOException: The process cannot access the file\n   at WB.Services.Export.Jobs.ExportJob.Execute()";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> ECHOED =
      List.of("ExportType", "QuestionnaireId", "InterviewStatus", "From", "To");

  final long id;
  final String workspace;
  final ObjectNode asked;
  final String tag;
  final Instant created;
  String status = "Created";
  Instant eligible;
  @Nullable Instant started;
  @Nullable Instant completed;
  int failures;
  boolean fileThere;
  boolean hidden;
  String error = "";
  int notReadyAnswers;
  int lastProgress = 30;
  @Nullable Instant cancelAt;

  ExportJob(long id, String workspace, ObjectNode asked, Instant created) {
    this.id = id;
    this.workspace = workspace;
    this.asked = asked;
    this.created = created;
    this.eligible = created;
    this.tag = tag(workspace, asked);
  }

  /**
   * The server's own tag: of the dates only the month counts, and ParadataReduced not at all (item
   * 5).
   */
  static String tag(String workspace, ObjectNode asked) {
    return String.join(
        "|",
        workspace,
        asked.path("InterviewStatus").asText(),
        asked.path("ExportType").asText(),
        asked.path("QuestionnaireId").asText(),
        month(asked.path("From")),
        month(asked.path("To")),
        asked.path("TranslationId").asText(),
        asked.path("IncludeMeta").asText());
  }

  private static String month(JsonNode date) {
    return date.isTextual() ? date.asText().substring(5, 7) : "";
  }

  /** The key of its archive in S3, which has no job id (item 8). */
  String key() {
    return String.join(
        "_",
        workspace,
        asked.path("QuestionnaireId").asText(),
        asked.path("ExportType").asText(),
        asked.path("InterviewStatus").asText(),
        asked.path("From").asText(""),
        asked.path("To").asText(""));
  }

  boolean active() {
    return status.equals("Created") || status.equals("Running");
  }

  ObjectNode shown(String base, boolean hasFile, boolean inList, Instant now, Duration pace) {
    String self = base + "/" + workspace + "/api/v2/export/" + id;
    ObjectNode shown = NODES.objectNode();
    shown.put("JobId", id).put("ExportStatus", status);
    shown.put("StartDate", date(started == null ? created : started));
    shown.put("CompleteDate", completed == null ? null : date(completed));
    shown.put("CreateDate", date(created));
    shown.put("Progress", progress(now, pace));
    shown.put(
        "ETA", started == null ? null : failures > 1 ? "1.00:00:12.3456789" : "00:00:00.1706863");
    shown.put("Error", inList && !error.isEmpty() ? STACK_TRACE : error);
    ObjectNode links = shown.putObject("Links");
    links.put("Cancel", active() ? self : "");
    links.put("Download", hasFile ? self + "/file" : "");
    shown.put("HasExportFile", hasFile);
    for (String field : ECHOED) {
      shown.set(field, asked.has(field) ? asked.get(field) : NODES.nullNode());
    }
    shown.putNull("AccessToken").putNull("RefreshToken");
    shown.set(
        "StorageType", asked.has("StorageType") ? asked.get("StorageType") : NODES.nullNode());
    shown.set(
        "TranslationId",
        asked.has("TranslationId") ? asked.get("TranslationId") : NODES.nullNode());
    // Shown as false although meta is included (trap 13).
    return shown
        .put("IncludeMeta", false)
        .put("ParadataReduced", asked.path("ParadataReduced").asBoolean());
  }

  /** A saw-tooth while it runs, and 30 at the end (item 7). */
  /**
   * The object as servers of 20.04 to 21.01 show it: no CreateDate, nulls for empty texts (item 1).
   */
  static ObjectNode older(ObjectNode shown) {
    ObjectNode older = shown.deepCopy();
    older.remove("CreateDate");
    older.remove("ParadataReduced");
    if (older.path("Error").asText().isEmpty()) {
      older.putNull("Error");
    }
    ObjectNode links = older.withObject("/Links");
    for (String name : List.of("Cancel", "Download")) {
      if (links.path(name).asText().isEmpty()) {
        links.putNull(name);
      }
    }
    if (links.path("Cancel").isNull() && links.path("Download").isNull()) {
      older.putNull("Links");
    }
    return older;
  }

  private int progress(Instant now, Duration pace) {
    if (status.equals("Created")) {
      return 0;
    }
    if (!status.equals("Running") || started == null) {
      return lastProgress;
    }
    double done = (double) Duration.between(started, now).toMillis() / Math.max(1, pace.toMillis());
    return (int) (done * 400) % 100;
  }

  /** UTC without a zone, the fraction's zeros cut off (item 1). */
  private static String date(Instant time) {
    String text =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .format(time);
    return text.replaceAll("\\.?0+$", "");
  }
}
