package io.saddlebag.simulator.altcraft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.xml.XmlMapper;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Plays Altcraft's export of form fills: HTTP 200 for failures too, JSON or XML, a download on the
 * same host that takes only a bearer token (the sheet's section 8). Thread-safe.
 */
public final class AltcraftSimulator extends Simulator {
  /** The token of the demo. */
  public static final String DEMO_TOKEN = "altcraft-demo-token";

  private static final String OK = "Successful operation";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final XmlMapper XML = new XmlMapper();

  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private final Map<String, Body> downloads = new LinkedHashMap<>();
  private Duration pace = Duration.ofMillis(500);
  private String finalWord = "completed";
  private @Nullable Integer errorCode;
  private boolean prefixedIds;
  private boolean fullBeforeDone;
  private boolean jumpsBack;
  private boolean zipSlip;
  private boolean truncated;
  private boolean deadFiles;
  private boolean withoutUrl;
  private String resultBefore = "missing";
  private String pathPrefix = "";
  private int total = 42;
  private @Nullable Body payload;

  private record Task(String id, Instant created, String word, int total, String url, int formId) {}

  /** An Altcraft on this port, 0 for a free one. */
  public AltcraftSimulator(Clock clock, int port) {
    this(clock, port, null);
  }

  /** An Altcraft with TLS, for servers with certificates of their own (item 13). */
  public AltcraftSimulator(Clock clock, int port, @Nullable SSLContext tls) {
    super("127.0.0.1", port, tls, clock);
    tokens.add(DEMO_TOKEN);
  }

  /** How long a task takes, in thirds. */
  public synchronized AltcraftSimulator pace(Duration perThird) {
    pace = perThird;
    return this;
  }

  /**
   * The word that tasks made from now on end with: completed, success, failed, or any (items 4 and
   * 6).
   */
  public synchronized AltcraftSimulator endsWith(String word) {
    finalWord = word;
    return this;
  }

  /** Every API call answers this error code inside HTTP 200, null for none (items 1 and 6). */
  public synchronized AltcraftSimulator error(@Nullable Integer code) {
    errorCode = code;
    return this;
  }

  /** Task ids carry the prefix {@code task_} (item 7). */
  public synchronized AltcraftSimulator prefixedIds(boolean on) {
    prefixedIds = on;
    return this;
  }

  /** Progress is 100 while the status is not final (item 5). */
  public synchronized AltcraftSimulator fullBeforeDone(boolean on) {
    fullBeforeDone = on;
    return this;
  }

  /** Progress jumps backwards (item 5). */
  public synchronized AltcraftSimulator jumpsBack(boolean on) {
    jumpsBack = on;
    return this;
  }

  /** What result is before the end: missing, null or empty (item 3). */
  public synchronized AltcraftSimulator resultBefore(String kind) {
    resultBefore = kind;
    return this;
  }

  /** How many fills there are; 0 gives a file of headers only (item 9). */
  public synchronized AltcraftSimulator total(int fills) {
    total = fills;
    return this;
  }

  /** The result has no url (items 8 and 9). */
  public synchronized AltcraftSimulator withoutUrl(boolean on) {
    withoutUrl = on;
    return this;
  }

  /** The archive holds a name that leads out of its folder (item 10). */
  public synchronized AltcraftSimulator zipSlip(boolean on) {
    zipSlip = on;
    return this;
  }

  /** The archive is cut off (item 10). */
  public synchronized AltcraftSimulator truncated(boolean on) {
    truncated = on;
    return this;
  }

  /** A download answers a JSON error with HTTP 200 (item 2). */
  public synchronized AltcraftSimulator deadFiles(boolean on) {
    deadFiles = on;
    return this;
  }

  /** Serves everything behind a path, as on-premises hosts do (item 13). */
  public synchronized AltcraftSimulator pathPrefix(String prefix) {
    pathPrefix = prefix;
    return this;
  }

  /** The bytes of every file made from now on. */
  public synchronized AltcraftSimulator payload(@Nullable Body bytes) {
    payload = bytes;
    return this;
  }

  /** A token that works. */
  public void allow(String token) {
    tokens.add(token);
  }

  /** A token that no longer works (item 14). */
  public void revoke(String token) {
    tokens.remove(token);
  }

  /** How many tasks were made. */
  public synchronized int creates() {
    return tasks.size();
  }

  @Override
  protected synchronized boolean answer(Call call) throws IOException {
    String path = call.request().path();
    if (!path.startsWith(pathPrefix + "/") || path.contains("//")) {
      return call.empty(404);
    }
    String inside = path.substring(pathPrefix.length());
    if (inside.startsWith("/api/download/")) {
      return call.request().method().equals("GET") ? download(call, inside) : call.empty(405);
    }
    if (!call.request().method().equals("POST")) {
      return call.empty(405);
    }
    boolean xml = String.valueOf(call.request().header("Content-Type")).contains("xml");
    JsonNode body = xml ? XML.readTree(call.request().bodyText()) : call.json();
    if (!authorized(call, body)) {
      return reply(call, xml, 401, "API token required", null);
    }
    if (errorCode != null) {
      return reply(call, xml, errorCode, "Error " + errorCode, null);
    }
    return switch (inside) {
      case "/api/v1.1/forms/fills" -> create(call, xml, body);
      case "/api/v1.1/profiles/get_all" -> createProfiles(call, xml);
      case "/api/v1.1/tasks/status" -> status(call, xml, body);
      case "/api/v1.1/forms/list" -> reply(call, xml, 0, OK, NODES.objectNode());
      default -> call.empty(404);
    };
  }

  private boolean authorized(Call call, JsonNode body) {
    String header = call.request().header("Authorization");
    String token =
        header != null && header.startsWith("Bearer ")
            ? header.substring("Bearer ".length())
            : body.path("token").asText();
    return tokens.contains(token);
  }

  private boolean create(Call call, boolean xml, JsonNode body) throws IOException {
    String from = body.path("date_from").asText();
    String to = body.path("date_to").asText();
    boolean known =
        body.path("id").asText().equals("1")
            || body.path("shortname").asText().equals("form_6Ven2v7O");
    if (!known || !dates(from, to)) {
      return reply(call, xml, 400, "Incorrect request", null);
    }
    int serial = tasks.size() + 1;
    String url = "abCDefghIklMnop57498" + serial + "/1_20002_form_export.zip";
    downloads.put(
        "/api/download/forms/" + url,
        payload == null ? FormFills.zip(1, from, to, total, zipSlip, truncated) : payload);
    return created(call, xml, url);
  }

  private boolean createProfiles(Call call, boolean xml) throws IOException {
    String url = "/api/download/data/0f3c" + tasks.size() + "/1_database_export.csv";
    downloads.put(
        url,
        Body.of("id,email\n1,zoe@example.org\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    return created(call, xml, url);
  }

  private boolean created(Call call, boolean xml, String url) throws IOException {
    UUID uuid = new UUID(0x550e8400e29b41d4L, 0xa716446655440000L + tasks.size());
    String id = (prefixedIds ? "task_" : "") + uuid;
    tasks.put(id, new Task(id, clock().instant(), finalWord, total, url, 1));
    return reply(call, xml, 0, OK, NODES.objectNode().put("task_id", id));
  }

  private static boolean dates(String from, String to) {
    try {
      return from.length() == 10 && !LocalDate.parse(to).isBefore(LocalDate.parse(from));
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private boolean status(Call call, boolean xml, JsonNode body) throws IOException {
    Task task = tasks.get(body.path("task_id").asText());
    if (task == null) {
      return reply(call, xml, 404, "Task not found", null);
    }
    Duration age = Duration.between(task.created(), clock().instant());
    ObjectNode data = NODES.objectNode();
    if (age.compareTo(pace.multipliedBy(3)) < 0) {
      int third = (int) (age.toMillis() / Math.max(1, pace.toMillis()));
      int progress = jumpsBack ? 66 - 33 * third : 33 * third;
      data.put("status", "processing").put("progress", fullBeforeDone ? 100 : progress);
      if (resultBefore.equals("null")) {
        data.putNull("result");
      } else if (resultBefore.equals("empty")) {
        data.putObject("result");
      }
      return reply(call, xml, 0, OK, data);
    }
    data.put("status", task.word()).put("progress", 100);
    if (task.word().matches("completed|success")) {
      result(data.putObject("result"), task);
    }
    return reply(call, xml, 0, OK, data);
  }

  private void result(ObjectNode result, Task task) {
    if (task.url().startsWith("/")) {
      result.putArray("errors");
      result.put("source_id", 1).put("total", task.total()).put("type", "database");
      result.putArray("urls").add(task.url());
      return;
    }
    result.put("form_id", task.formId()).put("total", task.total());
    if (!withoutUrl) {
      result.put("url", task.url());
    }
  }

  private boolean download(Call call, String path) throws IOException {
    String header = String.valueOf(call.request().header("Authorization"));
    Body body = downloads.get(path);
    if (!header.startsWith("Bearer ") || !tokens.contains(header.substring("Bearer ".length()))) {
      return call.json(401, envelope(401, "API token required", null));
    }
    if (deadFiles || body == null) {
      return call.json(200, envelope(404, "File not found", null));
    }
    return call.header(
            "Content-Disposition",
            "attachment; filename=\"" + path.substring(path.lastIndexOf('/') + 1) + "\"")
        .bytes(200, "application/zip", body);
  }

  private static ObjectNode envelope(int error, String text, @Nullable ObjectNode data) {
    ObjectNode envelope = NODES.objectNode();
    if (data != null) {
      envelope.set("data", data);
    }
    return envelope.put("error", error).put("error_text", text);
  }

  private static boolean reply(
      Call call, boolean xml, int error, String text, @Nullable ObjectNode data)
      throws IOException {
    ObjectNode envelope = envelope(error, text, data);
    return xml
        ? call.text(
            200, "application/xml", XML.writer().withRootName("xml").writeValueAsString(envelope))
        : call.json(200, envelope);
  }
}
