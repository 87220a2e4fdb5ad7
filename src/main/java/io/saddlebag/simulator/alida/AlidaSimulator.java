package io.saddlebag.simulator.alida;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StoredObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Plays Alida's batch activities export: tokens, batches, the files link and the document behind
 * it. The numbers are those of section 8 of its sheet.
 */
public final class AlidaSimulator extends Simulator {
  /** The community's API key name. */
  public static final String DEMO_COMMUNITY = "demo";

  /** The client id that is accepted. */
  public static final String DEMO_CLIENT_ID = "demo-client";

  /** The client secret that is accepted. */
  public static final String DEMO_CLIENT_SECRET = "demo-client-secret-5f2e";

  /** The key that the token endpoint wants when it is told to. */
  public static final String DEMO_API_KEY = "demo-alida-api-key-77aa";

  /** The one activity. */
  public static final String DEMO_ACTIVITY = "3f2c8a10-0000-4000-8000-000000000011";

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern PATH =
      Pattern.compile(
          "/(v\\d+)/applications/([^/]+)/data/activities/(?:([^/]+)/responses/batch"
              + "|responses/batch/([^/]+)|responses/files/([^/]+))");

  private final StorageSimulator storage;
  private final AlidaTokens tokens;
  private final Map<String, Batch> batches = new HashMap<>();
  private final List<AlidaRecord> records = new ArrayList<>(AlidaDocument.samples());
  private Duration pace = Duration.ofMillis(500);
  private Duration linkLifetime = Duration.ofSeconds(30);
  private FilesAnswer filesAnswer = FilesAnswer.REDIRECT;
  private int redirectStatus = 302;
  private int createStatus = 201;
  private String finalWord = "succeeded";
  private String messageField = "message";
  private String idField = "id";
  private @Nullable String failure;
  private int pollsWithoutData;
  private boolean chunked;
  private boolean recordsFirst;
  private int foreignStatus = 404;
  private @Nullable Body document;
  private JsonNode lastCreate = NODES.missingNode();

  /** An API on this port, 0 for a free one, with its files behind this storage host. */
  public AlidaSimulator(Clock clock, StorageSimulator storage, int port) {
    super("127.0.0.1", port, clock);
    this.storage = storage;
    this.tokens = new AlidaTokens(clock);
  }

  /** A batch is pending and then executing for so long each. */
  public synchronized AlidaSimulator pace(Duration time) {
    pace = time;
    return this;
  }

  /** Access tokens live so long (item 1). */
  public synchronized AlidaSimulator tokenLifetime(Duration time) {
    tokens.lifetime(time);
    return this;
  }

  /** The token endpoint wants an {@code x-api-key} besides (item 1). */
  public synchronized AlidaSimulator requireApiKey(boolean required) {
    tokens.requireApiKey(required);
    return this;
  }

  /** No token that was handed out is accepted any more (item 1). */
  public synchronized void revokeTokens() {
    tokens.revoke();
  }

  /** How many tokens were handed out. */
  public synchronized int tokensIssued() {
    return tokens.issued();
  }

  /** The word that batches end with (items 3 and 4). */
  public synchronized AlidaSimulator endsWith(String word) {
    finalWord = word;
    return this;
  }

  /** What a failed batch says, null for nothing (item 4). */
  public synchronized AlidaSimulator failure(@Nullable String message) {
    finalWord = "failed";
    failure = message;
    return this;
  }

  /** The member that says it: message, errorMessage or errormessage (the sheet, section 3). */
  public synchronized AlidaSimulator messageField(String name) {
    messageField = name;
    return this;
  }

  /** The member of the create's answer that holds the id: id or batchId. */
  public synchronized AlidaSimulator batchIdField(String name) {
    idField = name;
    return this;
  }

  /** The status code of the create's answer. */
  public synchronized AlidaSimulator createStatus(int status) {
    createStatus = status;
    return this;
  }

  /** How the files link answers (item 5). */
  public synchronized AlidaSimulator filesAnswer(FilesAnswer answer) {
    filesAnswer = answer;
    return this;
  }

  /** The redirect's status code (item 5). */
  public synchronized AlidaSimulator redirectStatus(int status) {
    redirectStatus = status;
    return this;
  }

  /** Links to the storage live so long (item 6). */
  public synchronized AlidaSimulator linkLifetime(Duration time) {
    linkLifetime = time;
    return this;
  }

  /** So many answers say that the batch succeeded before they name its file (item 3). */
  public synchronized AlidaSimulator dataAfterPolls(int polls) {
    pollsWithoutData = polls;
    return this;
  }

  /** What another community's batch or file is answered with, 403 or 404 (item 7). */
  public synchronized AlidaSimulator foreignStatus(int status) {
    foreignStatus = status;
    return this;
  }

  /** Nobody has responded (item 13). */
  public synchronized AlidaSimulator withoutRecords() {
    records.clear();
    return this;
  }

  /** Somebody has responded; a participant may appear again (item 14). */
  public synchronized AlidaSimulator record(AlidaRecord record) {
    records.add(record);
    return this;
  }

  /** Replaces the whole document. */
  public synchronized AlidaSimulator document(Body body) {
    document = body;
    return this;
  }

  /** The document has its records before its definition (item 15). */
  public synchronized AlidaSimulator recordsFirst(boolean first) {
    recordsFirst = first;
    return this;
  }

  /** Documents come without Content-Length when the link answers with them itself (item 15). */
  public synchronized AlidaSimulator chunked(boolean without) {
    chunked = without;
    return this;
  }

  /** How many batches were ordered. */
  public synchronized int creates() {
    return batches.size();
  }

  /** The body of the last create. */
  public synchronized JsonNode lastCreateBody() {
    return lastCreate;
  }

  @Override
  protected boolean answer(Call call) throws IOException {
    Body direct;
    synchronized (this) {
      String path = call.request().path();
      if (path.equals("/oauth2/token")) {
        return tokens.answer(call);
      }
      if (!tokens.accepts(call.request())) {
        return error(call, 401, "Access token expired or invalid");
      }
      if (path.equals("/v1/applications/" + DEMO_COMMUNITY + "/activities")) {
        return call.json(200, activities());
      }
      Matcher parts = PATH.matcher(path);
      if (!parts.matches() || !parts.group(1).equals("v2")) {
        return error(call, 404, "Resource not found");
      }
      if (!parts.group(2).equals(DEMO_COMMUNITY)) {
        return error(call, foreignStatus, "Not your community");
      }
      if (parts.group(3) != null) {
        return create(call, parts.group(3));
      }
      if (parts.group(4) != null) {
        return status(call, batches.get(parts.group(4)));
      }
      Batch batch = ofFile(parts.group(5));
      if (batch == null) {
        return error(call, 404, "File not found");
      }
      if (filesAnswer != FilesAnswer.DIRECT) {
        return toStorage(call, batch);
      }
      direct = body(batch);
    }
    return chunked
        ? call.chunked(200, "application/json", direct)
        : call.bytes(200, "application/json", direct);
  }

  private static ObjectNode activities() {
    ObjectNode answer = NODES.objectNode();
    answer.putObject("meta").put("offset", 0).put("limit", 1).put("count", 1);
    answer.putArray("items").addObject().put("id", DEMO_ACTIVITY).put("activityType", "Survey");
    return answer;
  }

  private boolean create(Call call, String activity) throws IOException {
    if (!call.request().method().equals("POST")) {
      return error(call, 405, "Method not allowed");
    }
    if (!activity.equals(DEMO_ACTIVITY)) {
      return error(call, 404, "Activity not found");
    }
    lastCreate = call.json();
    Batch batch = new Batch(batches.size() + 1, lastCreate, clock().instant());
    batches.put(batch.id, batch);
    ObjectNode answer = NODES.objectNode().put(idField, batch.id);
    return call.json(createStatus, answer);
  }

  private boolean status(Call call, @Nullable Batch batch) throws IOException {
    if (batch == null) {
      return error(call, 404, "Batch not found");
    }
    Instant now = clock().instant();
    long phase = Duration.between(batch.created, now).toMillis() / Math.max(1, pace.toMillis());
    String word = phase < 1 ? "pending" : phase < 2 ? "executing" : finalWord;
    ObjectNode answer = NODES.objectNode();
    answer.put("id", batch.id).put("datasetId", "d-1").put("status", word);
    boolean failed = word.toLowerCase(Locale.ROOT).equals("failed");
    answer.put(messageField, failed ? failure : null);
    answer.put("createDate", batch.created.toString()).put("createdBy", "c-1");
    answer.put("lastUpdateDate", now.toString()).put("lastUpdatedBy", "c-1");
    boolean succeeded = word.toLowerCase(Locale.ROOT).equals("succeeded");
    if (succeeded && batch.succeededPolls++ >= pollsWithoutData) {
      answer.put(
          "data",
          uri()
              + "/v2/applications/"
              + DEMO_COMMUNITY
              + "/data/activities/responses/files/"
              + batch.file);
    } else if (phase >= 1) {
      answer.putNull("data");
    }
    return call.json(200, answer);
  }

  private boolean toStorage(Call call, Batch batch) throws IOException {
    StoredObject object =
        new StoredObject(
            "/vci-pfs-na1/" + batch.file + ".json", body(batch), "application/json", null, null);
    String link = storage.sign(object, StorageSimulator.Style.V4, linkLifetime).toString();
    return filesAnswer == FilesAnswer.JSON_URL
        ? call.json(200, NODES.objectNode().put("url", link))
        : call.header("Location", link).empty(redirectStatus);
  }

  private @Nullable Batch ofFile(String file) {
    return batches.values().stream()
        .filter(batch -> batch.file.equals(file))
        .findFirst()
        .orElse(null);
  }

  /** Filters by the sync date, so that records lie a little outside the window (item 14). */
  private Body body(Batch batch) {
    if (document != null) {
      return document;
    }
    String since = batch.options.path("sinceDatetime").asText("");
    String until = batch.options.path("untilDatetime").asText("");
    List<AlidaRecord> wanted =
        records.stream()
            .filter(record -> since.isEmpty() || !record.syncDate().isBefore(Instant.parse(since)))
            .filter(record -> until.isEmpty() || record.syncDate().isBefore(Instant.parse(until)))
            .toList();
    String text =
        AlidaDocument.of(
            batch.id,
            batch.options.isMissingNode() ? "{}" : batch.options.toString(),
            wanted,
            batch.created,
            recordsFirst);
    return Body.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The error object of all APIs, with an id (item 16). */
  static boolean error(Call call, int status, String message) throws IOException {
    ObjectNode answer = NODES.objectNode().put("status", status).put("message", message);
    answer.putNull("developerMessage").put("errorId", "5b3c1a52-0000-4000-8000-0000000000e1");
    return call.json(status, answer);
  }
}
