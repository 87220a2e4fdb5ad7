package io.saddlebag.simulator.webadmit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StorageSimulator.Style;
import io.saddlebag.simulator.storage.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * PDF Manager batches (the sheet, section 2.5 and item 13): snake_case states, several zips behind
 * relative addresses that need the key and answer 302. Guarded by its simulator.
 */
final class PdfBatches {
  private static final Pattern BATCHES =
      Pattern.compile("/api/v1/user_identities/(\\d+)/pdf_manager_batches(?:/(\\d+))?");
  private static final Pattern ZIP =
      Pattern.compile("/api/v1/user_identities/(\\d+)/pdf_manager_zip_files/(\\d+)/download");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Clock clock;
  private final StorageSimulator storage;
  private final TreeMap<Integer, Instant> batches = new TreeMap<>();
  private String last = "available";

  PdfBatches(Clock clock, StorageSimulator storage) {
    this.clock = clock;
    this.storage = storage;
  }

  /** Whether a path is one of these. */
  static boolean owns(String path) {
    return path.contains("/pdf_manager_");
  }

  /** The state that batches end with. */
  void endsWith(String state) {
    last = state;
  }

  int creates() {
    return batches.size();
  }

  boolean answer(Call call, Duration pace) throws IOException {
    String path = call.request().path();
    Matcher batch = BATCHES.matcher(path);
    Matcher zip = ZIP.matcher(path);
    if (zip.matches()) {
      return call.header("Location", link(Integer.parseInt(zip.group(2)))).empty(302);
    }
    if (path.endsWith("/pdf_manager_templates")) {
      ObjectNode template =
          NODES.objectNode().put("id", 2).put("name", "Transcripts").put("list_name", "All");
      return call.json(
          200, NODES.objectNode().set("pdf_manager_templates", NODES.arrayNode().add(template)));
    }
    if (!batch.matches()) {
      return call.json(404, NODES.objectNode().put("message", "Not Found"));
    }
    if (call.request().method().equals("POST")) {
      return create(call, batch.group(1), pace);
    }
    if (batch.group(2) == null) {
      ArrayNode all = NODES.arrayNode();
      batches
          .keySet()
          .forEach(id -> all.add(shown(batch.group(1), id, pace).without("download_hrefs")));
      return call.json(200, NODES.objectNode().set("pdf_manager_batches", all));
    }
    int id = Integer.parseInt(batch.group(2));
    return batches.containsKey(id)
        ? call.json(
            200, NODES.objectNode().set("pdf_manager_batch", shown(batch.group(1), id, pace)))
        : call.json(404, NODES.objectNode().put("message", "Not Found"));
  }

  private boolean create(Call call, String identity, Duration pace) throws IOException {
    JsonNode asked = call.json().path("pdf_manager_batch");
    if (asked.path("callback").asText("https://").startsWith("http://")) {
      ObjectNode errors = NODES.objectNode();
      errors.putObject("errors").putArray("schema").add("callback must be https");
      return call.json(422, errors);
    }
    int id = batches.isEmpty() ? 7 : batches.lastKey();
    if (batches.isEmpty() || !state(id, pace).matches("queued|in_progress")) {
      id = batches.isEmpty() ? 7 : id + 1;
      batches.put(id, clock.instant());
    }
    return call.json(201, NODES.objectNode().set("pdf_manager_batch", shown(identity, id, pace)));
  }

  private String state(int id, Duration pace) {
    Instant made = batches.getOrDefault(id, clock.instant());
    Duration age = Duration.between(made, clock.instant());
    return age.compareTo(pace) < 0
        ? "queued"
        : age.compareTo(pace.multipliedBy(2)) < 0 ? "in_progress" : last;
  }

  private ObjectNode shown(String identity, int id, Duration pace) {
    String base = "/api/v1/user_identities/" + identity;
    ObjectNode batch =
        NODES
            .objectNode()
            .put("href", base + "/pdf_manager_batches/" + id)
            .put("id", id)
            .put("state", state(id, pace));
    batch.putObject("pdf_manager_template").put("id", 2).put("name", "Transcripts");
    ArrayNode hrefs = batch.putArray("download_hrefs");
    if (state(id, pace).matches("available|success_with_errors")) {
      hrefs.add(base + "/pdf_manager_zip_files/" + id * 10 + "/download");
      hrefs.add(base + "/pdf_manager_zip_files/" + (id * 10 + 1) + "/download");
    }
    return batch;
  }

  private String link(int zip) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("transcript-" + zip + ".pdf"));
      out.write("%PDF-1.4 of nobody".getBytes(StandardCharsets.US_ASCII));
      out.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StoredObject object =
        new StoredObject(
            "/webadmit-production/pdf/" + zip + ".zip",
            Body.of(bytes.toByteArray()),
            "application/zip",
            "attachment; filename=transcripts-" + zip + ".zip",
            null);
    return storage.sign(object, Style.V2, Duration.ofSeconds(25)).toString();
  }
}
