package io.saddlebag.simulator.altcraft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.altcraft.Task.Kind;
import io.saddlebag.simulator.altcraft.Task.Link;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Plays Altcraft's exports: HTTP 200 for failures too, JSON or XML, a download on the same host
 * that takes only a bearer token. "Item" below is an item of the sheet's section 8. Thread-safe.
 */
public final class AltcraftSimulator extends Simulator {
  /** The token of the demo. */
  public static final String DEMO_TOKEN = "altcraft-demo-token";

  private static final String API = "/api/v1.1/";
  private static final String DOWNLOAD = "/api/download/";
  private static final String FORMS = DOWNLOAD + "forms/";
  private static final String DATA = DOWNLOAD + "data/";
  private static final String BEARER = "Bearer ";
  private static final int BAD_REQUEST = 400;
  private static final int NO_TOKEN = 401;

  /** The code of an unknown task or file is not known (section 6); this one is ours. */
  private static final int NOT_FOUND = 404;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Set<String> tokens = ConcurrentHashMap.newKeySet();
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private final Map<String, Body> files = new LinkedHashMap<>();
  private int formId = 1;
  private String formShortname = "form_6Ven2v7O";
  private int total = 42;
  private @Nullable Body payload;
  private Duration pace = Duration.ofMillis(500);
  private String runningWord = "processing";
  private String finalWord = "completed";
  private boolean neverEnds;
  private boolean fullBeforeDone;
  private boolean jumpsBack;
  private String resultBefore = "missing";
  private @Nullable Integer errorCode;
  private @Nullable Integer statusErrorCode;
  private boolean prefixedIds;
  private Link link = Link.SHOWN;
  private int urls = 1;
  private boolean zipSlip;
  private boolean truncated;
  private boolean deadFiles;
  private @Nullable Integer downloadErrorCode;
  private boolean totalMissing;
  private int downloadRefusal = 401;
  private String pathPrefix = "";

  /** Writes an answer that was decided on. */
  private interface Answer {
    boolean to(Call call) throws IOException;
  }

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

  /** The only form there is; 1 and form_6Ven2v7O unless told otherwise. */
  public synchronized AltcraftSimulator form(int id, String shortname) {
    formId = id;
    formShortname = shortname;
    return this;
  }

  /** How many records tasks made from now on hold; 0 gives files of headers only (item 9). */
  public synchronized AltcraftSimulator total(int records) {
    total = records;
    return this;
  }

  /** The bytes of every file of tasks made from now on, null for made-up ones. */
  public synchronized AltcraftSimulator payload(@Nullable Body bytes) {
    payload = bytes;
    return this;
  }

  /** The word of a task that is not finished, which no source tells (item 3). */
  public synchronized AltcraftSimulator runningWord(String word) {
    runningWord = word;
    return this;
  }

  /** What tasks made from now on end with: completed, success, failed, or any (items 4 and 6). */
  public synchronized AltcraftSimulator endsWith(String word) {
    finalWord = word;
    return this;
  }

  /** No task ends: the running word for ever, progress up to 99 (item 3). */
  public synchronized AltcraftSimulator neverEnds(boolean on) {
    neverEnds = on;
    return this;
  }

  /** What result is before the end: missing, null or empty (item 3). */
  public synchronized AltcraftSimulator resultBefore(String kind) {
    if (!Set.of("missing", "null", "empty").contains(kind)) {
      throw new IllegalArgumentException("a result is missing, null or empty, not " + kind);
    }
    resultBefore = kind;
    return this;
  }

  /** Progress is 100 while the status is not final (item 5). */
  public synchronized AltcraftSimulator fullBeforeDone(boolean on) {
    fullBeforeDone = on;
    return this;
  }

  /** Progress starts again with every third (item 5). */
  public synchronized AltcraftSimulator jumpsBack(boolean on) {
    jumpsBack = on;
    return this;
  }

  /** Every API call answers this error code inside HTTP 200, null for none (items 1 and 6). */
  public synchronized AltcraftSimulator error(@Nullable Integer code) {
    errorCode = code;
    return this;
  }

  /** Only tasks/status answers this error code inside HTTP 200, null for none (items 1 and 6). */
  public synchronized AltcraftSimulator statusError(@Nullable Integer code) {
    statusErrorCode = code;
    return this;
  }

  /** Ids of tasks made from now on carry the prefix {@code task_} (item 7). */
  public synchronized AltcraftSimulator prefixedIds(boolean on) {
    prefixedIds = on;
    return this;
  }

  /** The result has no url, or no urls (items 8 and 9). */
  public synchronized AltcraftSimulator withoutUrl(boolean on) {
    link = on ? Link.MISSING : Link.SHOWN;
    return this;
  }

  /** The result has an empty url, or empty urls (items 8 and 12). */
  public synchronized AltcraftSimulator emptyUrl(boolean on) {
    link = on ? Link.EMPTY : Link.SHOWN;
    return this;
  }

  /** How many urls exports of profiles made from now on give (item 8). */
  public synchronized AltcraftSimulator urls(int count) {
    urls = count;
    return this;
  }

  /** Archives made from now on hold one more name, one that leads out of its folder (item 10). */
  public synchronized AltcraftSimulator zipSlip(boolean on) {
    zipSlip = on;
    return this;
  }

  /** Archives made from now on are cut off, although all that is announced arrives (item 10). */
  public synchronized AltcraftSimulator truncated(boolean on) {
    truncated = on;
    return this;
  }

  /** A download answers a JSON error with HTTP 200 (item 2). */
  public synchronized AltcraftSimulator deadFiles(boolean on) {
    deadFiles = on;
    return this;
  }

  /** A download answers this error code inside HTTP 200, null for none (items 2 and 14). */
  public synchronized AltcraftSimulator downloadError(@Nullable Integer code) {
    downloadErrorCode = code;
    return this;
  }

  /** The result of a task that is done says no total. */
  public synchronized AltcraftSimulator withoutTotal(boolean on) {
    totalMissing = on;
    return this;
  }

  /** The HTTP status of a download without a good bearer token: 401, 403 or 200 (item 2). */
  public synchronized AltcraftSimulator downloadRefusal(int httpStatus) {
    downloadRefusal = httpStatus;
    return this;
  }

  /** Serves everything behind a path such as {@code /platform}, and nothing beside it (item 13). */
  public synchronized AltcraftSimulator pathPrefix(String prefix) {
    pathPrefix = prefix;
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

  /** How many distinct tasks were made. */
  public synchronized int creates() {
    return tasks.size();
  }

  @Override
  protected boolean answer(Call call) throws IOException {
    // Decided under the lock, written outside it: a slow download must not hold up the polls.
    return decide(call).to(call);
  }

  private synchronized Answer decide(Call call) {
    String path = call.request().path();
    if (!path.startsWith(pathPrefix + "/") || path.contains("//")) {
      return c -> c.empty(404);
    }
    String inside = path.substring(pathPrefix.length());
    if (inside.startsWith(DOWNLOAD)) {
      return isMethod(call, "GET") ? download(call, inside) : refuse("GET");
    }
    if (!inside.startsWith(API)) {
      return c -> c.empty(404);
    }
    return isMethod(call, "POST") ? method(call, inside.substring(API.length())) : refuse("POST");
  }

  private static boolean isMethod(Call call, String method) {
    return call.request().method().equals(method);
  }

  /** Item 15. */
  private static Answer refuse(String allowed) {
    return call -> call.header("Allow", allowed).empty(405);
  }

  private Answer method(Call call, String method) {
    JsonNode body = Envelope.read(call);
    String bearer = bearer(call);
    if (!tokens.contains(bearer == null ? body.path("token").asText() : bearer)) {
      return noToken()::answer;
    }
    if (errorCode != null) {
      return scripted(errorCode)::answer;
    }
    return switch (method) {
      case "forms/fills" -> createFormFills(new Order(body))::answer;
      case "forms/fill" -> createFormFill(new Order(body))::answer;
      case "profiles/get_all" -> createProfiles(new Order(body))::answer;
      case "forms/list" -> Envelope.of(NODES.objectNode())::answer;
      case "tasks/status" -> status(body)::answer;
      default -> c -> c.empty(404);
    };
  }

  private static Envelope scripted(int code) {
    return Envelope.error(code, "Error " + code);
  }

  private static Envelope noToken() {
    return Envelope.error(NO_TOKEN, "API token required");
  }

  private static Envelope badRequest() {
    return Envelope.error(BAD_REQUEST, "Incorrect request");
  }

  private static @Nullable String bearer(Call call) {
    String header = call.request().header("Authorization");
    return header != null && header.startsWith(BEARER) ? header.substring(BEARER.length()) : null;
  }

  private Envelope createFormFills(Order order) {
    LocalDate from = order.from();
    LocalDate to = order.to();
    if (!order.isOfForm(formId, formShortname) || from == null || to == null || to.isBefore(from)) {
      return badRequest();
    }
    String url =
        "abCDefghIklMnop" + (57498257L + tasks.size()) + "/" + formId + "_20002_form_export.zip";
    FormFills fills = new FormFills(formId, from, to, total);
    files.put(FORMS + url, payload == null ? fills.zip(zipSlip, truncated) : payload);
    return created(Kind.FORM_FILLS, formId, List.of(url));
  }

  /** One person's fills, as a file of rows (the sheet, section 2.2). */
  private Envelope createFormFill(Order order) {
    if (!order.isOfForm(formId, formShortname) || !order.namesPerson()) {
      return badRequest();
    }
    String format = order.format();
    String url = "abCDefghIklMnop" + (57498257L + tasks.size()) + "/" + formId + "_fill." + format;
    files.put(FORMS + url, payload == null ? FormFills.ofOnePerson(format) : payload);
    return created(Kind.FORM_FILLS, formId, List.of(url));
  }

  private Envelope createProfiles(Order order) {
    if (!order.isOfProfiles()) {
      return badRequest();
    }
    String type = order.sourceType();
    List<String> paths = new ArrayList<>();
    Profiles profiles = new Profiles(total, urls);
    for (int file = 0; file < urls; file++) {
      String path = DATA + uuid() + "/" + (file + 1) + "_" + type + "_export.csv";
      files.put(path, payload == null ? profiles.csv(file) : payload);
      paths.add(path);
    }
    return created(type.equals("database") ? Kind.DATABASE : Kind.SEGMENT, order.source(), paths);
  }

  private Envelope created(Kind kind, int source, List<String> paths) {
    String id = (prefixedIds ? "task_" : "") + uuid();
    tasks.put(id, new Task(id, clock().instant(), finalWord, kind, source, total, paths));
    return Envelope.of(NODES.objectNode().put("task_id", id));
  }

  /** The documentation's own id for the first task, and the next ones after it. */
  private UUID uuid() {
    return new UUID(0x550e8400e29b41d4L, 0xa716446655440000L + tasks.size());
  }

  private Envelope status(JsonNode body) {
    if (statusErrorCode != null) {
      return scripted(statusErrorCode);
    }
    Task task = tasks.get(body.path("task_id").asText());
    if (task == null) {
      return Envelope.error(NOT_FOUND, "Task not found");
    }
    Instant now = clock().instant();
    if (neverEnds || !task.ended(now, pace)) {
      return Envelope.of(running(task, now));
    }
    ObjectNode data = NODES.objectNode().put("status", task.word()).put("progress", 100);
    if (task.succeeded()) {
      ObjectNode result = task.result(link);
      data.set("result", totalMissing ? result.without("total") : result);
    }
    return Envelope.of(data);
  }

  private ObjectNode running(Task task, Instant now) {
    int progress = jumpsBack ? task.progressThatJumpsBack(now, pace) : task.progress(now, pace);
    ObjectNode data = NODES.objectNode();
    data.put("status", runningWord).put("progress", fullBeforeDone ? 100 : progress);
    if (resultBefore.equals("null")) {
      data.putNull("result");
    } else if (resultBefore.equals("empty")) {
      data.putObject("result");
    }
    return data;
  }

  private Answer download(Call call, String path) {
    String bearer = bearer(call);
    if (bearer == null || !tokens.contains(bearer)) {
      int refusal = downloadRefusal;
      return c -> c.json(refusal, noToken().tree());
    }
    Integer code = downloadErrorCode;
    if (code != null) {
      return c -> c.json(200, scripted(code).tree());
    }
    Body file = files.get(path);
    if (deadFiles || file == null) {
      return c -> c.json(200, Envelope.error(NOT_FOUND, "File not found").tree());
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    String type = name.endsWith(".zip") ? "application/zip" : "text/csv; charset=utf-8";
    return c ->
        c.header("Content-Disposition", "attachment; filename=\"" + name + "\"")
            .bytes(200, type, file);
  }
}
