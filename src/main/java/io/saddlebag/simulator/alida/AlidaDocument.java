package io.saddlebag.simulator.alida;

import io.saddlebag.simulator.Body;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * The document of a batch (the sheet, section 2.5): every kind of field and answer that items 8 to
 * 13 name.
 */
public final class AlidaDocument {
  private static final String DEFINITION =
      """
      {"fields": [
        {"id": "f-1", "name": "Q1_Taste", "isSensitive": false, "type": {"dataType": "enum", "values":
          [{"id": "o-1", "name": "Poor"}, {"id": "o-2", "name": "Good"}]},
         "meta": {"description": "Rate the <b>product</b>", "visibility": "active", "isSystem": false,
          "isRequired": true}},
        {"id": "f-2", "name": "Q1_Price", "isSensitive": false, "type": {"dataType": "enum", "values":
          [{"id": "o-1", "name": "Poor"}, {"id": "o-2", "name": "Good"}]},
         "meta": {"description": "Rate the <b>product</b>", "visibility": "active", "isSystem": false}},
        {"id": "f-3", "name": "Q1_Look", "isSensitive": false, "type": {"dataType": "enum", "values":
          [{"id": "o-1", "name": "Poor"}, {"id": "o-2", "name": "Good"}]},
         "meta": {"description": "Rate the <b>product</b>", "visibility": "active", "isSystem": false}},
        {"id": "f-4", "name": "Q2", "isSensitive": true, "type": {"dataType": "string"},
         "meta": {"description": "Any remarks?", "visibility": "active", "isSystem": false}},
        {"id": "f-5", "name": "Q2", "isSensitive": false, "type": {"dataType": "string"},
         "meta": {"description": "Any remarks?", "visibility": "active", "isSystem": false}},
        {"id": "f-6", "name": "Channels, \\"all\\"", "isSensitive": "false", "type": {"dataType": "set",
          "values": [{"id": "c-1", "name": "Mail"}, {"id": "c-2", "name": "=cmd|' /C calc'!A0"}]},
         "meta": {"description": "How did you\\nhear of us?", "visibility": "active", "isSystem": false}},
        {"id": "f-7", "name": "Score", "isSensitive": false, "type": {"dataType": "double"},
         "meta": {"description": "Score", "visibility": "hidden", "isSystem": false}},
        {"id": "f-8", "name": "RespondentLocale", "isSensitive": false, "type": {"dataType": "string"},
         "meta": {"description": "Locale", "visibility": "active", "isSystem": true}},
        {"id": "f-9", "name": "Visited", "isSensitive": false, "type": {"dataType": "datetime"},
         "meta": {"description": "When?", "visibility": "active", "isSystem": false}},
        {"id": "f-10", "name": "Card", "isSensitive": false, "type": {"dataType": "identifier"},
         "meta": {"description": "Card", "visibility": "active", "isSystem": false}}],
       "fieldGroups": [{"id": "g-1", "name": "Q1", "fieldIds": ["f-1", "f-2", "f-3"],
         "meta": {"description": "Rate the <b>product</b>"}}]}""";

  private AlidaDocument() {}

  /** The participants that every community has. */
  static List<AlidaRecord> samples() {
    Instant day = Instant.parse("2026-01-15T10:00:00Z");
    return List.of(
        new AlidaRecord(
            "m-1",
            day,
            day,
            "[{\"id\": \"f-1\", \"values\": [\"o-2\"]}, {\"id\": \"f-2\", \"values\": null},"
                + " {\"id\": \"f-4\", \"values\": [\"=cmd, \\\"quoted\\\"\\nand more\"]},"
                + " {\"id\": \"f-6\", \"values\": [\"c-1\", \"c-2\"]},"
                + " {\"id\": \"f-7\", \"values\": [3.0]}]"),
        new AlidaRecord(
            "m-2",
            day.plusSeconds(60),
            day.plusSeconds(3600),
            "[{\"id\": \"f-1\", \"values\": []}, {\"id\": \"f-6\", \"values\": [\"c-9\", null]},"
                + " {\"id\": \"f-99\", \"values\": [\"an answer to a deleted question\"]},"
                + " {\"id\": \"f-7\", \"values\": [1e21]},"
                + " {\"id\": \"f-9\", \"values\": [\"2026-01-15T10:00:00Z\"]},"
                + " {\"id\": \"f-10\", \"values\": [\"0049\"]}]"),
        new AlidaRecord("m-3", day.plusSeconds(120), day.plusSeconds(120), "[]"));
  }

  /** The document of these records. */
  static String of(
      String batch, String options, List<AlidaRecord> records, Instant now, boolean recordsFirst) {
    StringBuilder list = new StringBuilder();
    for (AlidaRecord record : records) {
      list.append(list.isEmpty() ? "" : ",\n")
          .append("{\"ownerId\": \"" + record.ownerId() + "\", \"lastUpdateDate\": \"")
          .append(record.lastUpdateDate() + "\", \"fields\": " + record.fields() + "}");
    }
    String definition = "\"definition\": " + DEFINITION;
    String body = "\"records\": [" + list + "]";
    return "{\"id\": \""
        + batch
        + "\", \"datasetId\": \"d-1\", \"exportOptions\": "
        + options
        + ", \"exportDate\": \""
        + now
        + "\", \"lastSyncDate\": \""
        + now.minusSeconds(300)
        + "\",\n"
        + (recordsFirst ? body + ",\n" + definition : definition + ",\n" + body)
        + "}\n";
  }

  /** A document of about this size, made while it is written; for load tests. */
  public static Body large(long bytes) {
    byte[] head =
        ("{\"id\": \"b-1\", \"datasetId\": \"d-1\", \"definition\": "
                + DEFINITION
                + ", \"records\": [\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] record =
        ("{\"ownerId\": \"m-1\", \"lastUpdateDate\": \"2026-01-15T10:00:00Z\", \"fields\": [{\"id\": \"f-1\","
                + " \"values\": [\"o-2\"]}, {\"id\": \"f-4\", \"values\": [\"nothing to add\"]}]},\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] tail = "{\"ownerId\": \"m-2\", \"fields\": []}]}\n".getBytes(StandardCharsets.UTF_8);
    long count = Math.max(0, (bytes - head.length - tail.length) / record.length);
    return new RepeatedRecords(head, record, tail, count);
  }
}
