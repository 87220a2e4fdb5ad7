package io.saddlebag.simulator.webadmit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StorageSimulator.Style;
import io.saddlebag.simulator.storage.StoredObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays the WebAdMIT export API: statuses in either spelling, one running file an export, a fresh
 * link of under 30 seconds with every status call (the sheet's section 8). Thread-safe.
 */
public final class WebAdmitSimulator extends Simulator {
  /** The API key of the demo. */
  public static final String DEMO_KEY = "0123456789abcdef0123456789abcdef";

  private static final Pattern CREATE =
      Pattern.compile("/api/v1/user_identities/(\\d+)/exports/(\\d+)/export_files");
  private static final Pattern STATUS =
      Pattern.compile("/api/v1/exports/(\\d+)/export_files/(\\d+)");
  private static final Pattern RECENT =
      Pattern.compile("/api/v1/user_identities/(\\d+)/export_files");
  private static final Pattern EXPORTS = Pattern.compile("/api/v1/user_identities/(\\d+)/exports");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final StorageSimulator storage;
  private final PdfBatches pdf;
  private final Callbacks callbacks = new Callbacks();
  private final Set<String> keys = ConcurrentHashMap.newKeySet();
  private final Map<Integer, ObjectNode> identities = new LinkedHashMap<>();
  private final Map<Integer, WebAdmitExport> exports = new LinkedHashMap<>();
  private final Map<Integer, File> files = new LinkedHashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();
  private int nextFile = 74780;
  private Duration pace = Duration.ofMillis(500);
  private Duration linkLifetime = Duration.ofSeconds(25);
  private String terminal = "Available";
  private boolean snakeCase;
  private boolean withoutUrl;
  private boolean nullUrlBefore;
  private boolean plainNotFound;
  private int hourlyLimit = 5_000;
  private int callbackTimes = 1;
  private boolean earlyCallbacks;

  private record File(int id, int export, Instant created, String terminal, Body payload) {}

  /** A WebAdMIT on this port, 0 for a free one, whose links point to this storage host. */
  public WebAdmitSimulator(Clock clock, StorageSimulator storage, int port) {
    super("127.0.0.1", port, clock);
    this.storage = storage;
    this.pdf = new PdfBatches(clock, storage);
    keys.add(DEMO_KEY);
    identity(42, "Example University", "2026 - 2027");
    String csv =
        "cas_id,last_name,first_name,program,gpa_0,gpa_1\n"
            + "1000001,Garc\u00eda,Jos\u00e9,Nursing,3.91,3.80\n"
            + "1000002,M\u00fcller,Zo\u00eb,Pharmacy,3.42,\n"
            + "1000003,O'Neil,Ana\u00efs,Nursing,3.77,3.60\n";
    export(
        new WebAdmitExport(
            86446,
            "Nightly applicants",
            "Comma-Separated Values",
            "text/csv;charset=iso-8859-1",
            "Nightly-applicants.csv",
            Body.of(csv.getBytes(StandardCharsets.ISO_8859_1))));
  }

  /** How long each of Initializing, Queued and In Progress lasts. */
  public synchronized WebAdmitSimulator pace(Duration perPhase) {
    pace = perPhase;
    return this;
  }

  /** How long a link lives (item 4); 25 s unless told otherwise. */
  public synchronized WebAdmitSimulator linkLifetime(Duration lifetime) {
    linkLifetime = lifetime;
    return this;
  }

  /** The word that files made from now on end with (items 1 and 9), any word at all. */
  public synchronized WebAdmitSimulator endsWith(String word) {
    terminal = word;
    return this;
  }

  /** The state that PDF batches end with (item 13). */
  public synchronized WebAdmitSimulator pdfEndsWith(String state) {
    pdf.endsWith(state);
    return this;
  }

  /** How many PDF batches were made. */
  public synchronized int pdfCreates() {
    return pdf.creates();
  }

  /** Statuses in snake_case, as the documented profile has them (item 1). */
  public synchronized WebAdmitSimulator snakeCase(boolean on) {
    snakeCase = on;
    return this;
  }

  /** Ready, but without a download_url (section 3). */
  public synchronized WebAdmitSimulator withoutUrl(boolean on) {
    withoutUrl = on;
    return this;
  }

  /** download_url is null, not absent, until ready (item 4). */
  public synchronized WebAdmitSimulator nullUrlBefore(boolean on) {
    nullUrlBefore = on;
    return this;
  }

  /** 404 in its older form, "Not Found" (item 8). */
  public synchronized WebAdmitSimulator plainNotFound(boolean on) {
    plainNotFound = on;
    return this;
  }

  /** Calls a key may make in an hour (item 12). */
  public synchronized WebAdmitSimulator hourlyLimit(int limit) {
    hourlyLimit = limit;
    return this;
  }

  /** How often a callback is sent: 0 for lost, 2 for doubled (item 15). */
  public synchronized WebAdmitSimulator callbackTimes(int times) {
    callbackTimes = times;
    return this;
  }

  /** Callbacks come before the status shows the file (item 15). */
  public synchronized WebAdmitSimulator earlyCallbacks(boolean on) {
    earlyCallbacks = on;
    return this;
  }

  /** A key that works. */
  public void allow(String key) {
    keys.add(key);
  }

  /** A key that no longer works, as when its owner made a new one (item 7). */
  public void revoke(String key) {
    keys.remove(key);
  }

  /** Adds an identity. */
  public synchronized void identity(int id, String institution, String cycle) {
    identities.put(
        id,
        NODES
            .objectNode()
            .put("href", "/api/v1/user_identities/" + id)
            .put("id", id)
            .put("type", "Institution User")
            .putNull("association")
            .put("institution", institution)
            .putNull("organization")
            .put("cycle", cycle)
            .put("unheard_of", true));
  }

  /** Removes an identity, as a new academic cycle does (item 8). */
  public synchronized void forgetIdentity(int id) {
    identities.remove(id);
  }

  /** Adds or replaces an export. */
  public synchronized void export(WebAdmitExport export) {
    exports.put(export.id(), export);
  }

  /** How many export files were made. */
  public synchronized int creates() {
    return files.size();
  }

  @Override
  protected synchronized boolean answer(Call call) throws IOException {
    String key = String.valueOf(call.request().header("x-api-key"));
    if (!keys.contains(key)) {
      return call.empty(401);
    }
    int left =
        hourlyLimit
            - calls.merge(key + clock().instant().toString().substring(0, 13), 1, Integer::sum);
    call.header("X-RateLimit-Limit", String.valueOf(hourlyLimit));
    call.header("X-RateLimit-Remaining", String.valueOf(Math.max(0, left)));
    if (left < 0) {
      return call.json(429, NODES.objectNode().put("message", "Rate limit exceeded"));
    }
    String path = call.request().path();
    if (PdfBatches.owns(path)) {
      return pdf.answer(call, pace);
    }
    Matcher create = CREATE.matcher(path);
    Matcher status = STATUS.matcher(path);
    Matcher recent = RECENT.matcher(path);
    Matcher list = EXPORTS.matcher(path);
    boolean get = call.request().method().equals("GET");
    if (create.matches() && call.request().method().equals("POST")) {
      return create(call, Integer.parseInt(create.group(1)), Integer.parseInt(create.group(2)));
    }
    if (get && status.matches()) {
      return status(call, Integer.parseInt(status.group(1)), Integer.parseInt(status.group(2)));
    }
    if (get && recent.matches()) {
      ArrayNode all = NODES.arrayNode();
      files.values().forEach(file -> all.add(shown(file)));
      return call.json(200, NODES.objectNode().set("export_files", all));
    }
    if (get && path.equals("/api/v1/user_identities")) {
      ArrayNode all = NODES.arrayNode();
      identities.values().forEach(all::add);
      return call.json(200, NODES.objectNode().put("href", path).set("user_identities", all));
    }
    if (get && (list.matches() || path.equals("/api/v1/exports"))) {
      if (list.matches() && !identities.containsKey(Integer.valueOf(list.group(1)))) {
        return notFound(call, "User identity", list.group(1));
      }
      return exports(call, path);
    }
    return notFound(call, "Resource", path);
  }

  private boolean exports(Call call, String path) throws IOException {
    ArrayNode all = NODES.arrayNode();
    for (WebAdmitExport export : exports.values()) {
      all.add(
          NODES
              .objectNode()
              .put("id", export.id())
              .put("name", export.name())
              .put("list_type", "all")
              .put("format", export.format())
              .put("mime_type", export.mimeType())
              .put("unheard_of", 1));
    }
    return call.json(200, NODES.objectNode().put("href", path).set("exports", all));
  }

  private boolean create(Call call, int identity, int exportId) throws IOException {
    if (!identities.containsKey(identity)) {
      return notFound(call, "User identity", String.valueOf(identity));
    }
    WebAdmitExport export = exports.get(exportId);
    if (export == null) {
      return notFound(call, "Export", String.valueOf(exportId));
    }
    File running =
        files.values().stream()
            .filter(file -> file.export() == exportId && !ended(file))
            .findFirst()
            .orElse(null);
    if (running == null) {
      running = new File(nextFile++, exportId, clock().instant(), terminal, export.payload());
      files.put(running.id(), running);
      callbacks.remember(running.id(), call);
      if (earlyCallbacks) {
        callbacks.tell(running.id(), exportId, "Available", callbackTimes);
      }
      File made = running;
      CompletableFuture.delayedExecutor(pace.multipliedBy(3).toMillis() + 5, TimeUnit.MILLISECONDS)
          .execute(() -> callBack(made));
    }
    return call.json(201, NODES.objectNode().set("export_files", shown(running)));
  }

  /** Nobody needs to ask for a file to be told of it. */
  private synchronized void callBack(File file) {
    if (ended(file) && file.terminal().matches("Available|Success With Errors")) {
      callbacks.tell(file.id(), file.export(), file.terminal(), callbackTimes);
    }
  }

  private boolean status(Call call, int exportId, int fileId) throws IOException {
    File file = files.get(fileId);
    if (file == null || file.export() != exportId) {
      return notFound(call, "Export file", String.valueOf(fileId));
    }
    ObjectNode shown = shown(file);
    boolean ready = ended(file) && file.terminal().matches("Available|Success With Errors");
    if (ready) {
      callbacks.tell(file.id(), exportId, file.terminal(), callbackTimes);
    }
    if (ready && !withoutUrl) {
      shown.put("download_url", link(file));
    } else if (nullUrlBefore) {
      shown.putNull("download_url");
    }
    return call.json(200, NODES.objectNode().set("export_files", shown));
  }

  private String link(File file) {
    WebAdmitExport export = exports.get(file.export());
    if (export == null) {
      throw new IllegalStateException("a file of no export");
    }
    StoredObject object =
        new StoredObject(
            "/webadmit-production/export_files/reports/000/074/" + file.id() + "_original.txt",
            file.payload(),
            "binary/octet-stream",
            "attachment; filename=" + export.fileName(),
            export.mimeType());
    return storage.sign(object, Style.V2, linkLifetime).toString();
  }

  private ObjectNode shown(File file) {
    return NODES
        .objectNode()
        .put("id", file.id())
        // The vendor's own example disagrees with itself here (item 14).
        .put("href", "/api/v1/exports/" + (file.export() + 20) + "/export_files/" + file.id())
        .put("export_id", file.export())
        .put("status", word(file))
        .put("unheard_of", "new field");
  }

  private boolean ended(File file) {
    return !clock().instant().isBefore(file.created().plus(pace.multipliedBy(3)));
  }

  private String word(File file) {
    Duration age = Duration.between(file.created(), clock().instant());
    String word = file.terminal();
    if (age.compareTo(pace) < 0) {
      word = "Initializing";
    } else if (age.compareTo(pace.multipliedBy(2)) < 0) {
      word = "Queued";
    } else if (!ended(file)) {
      word = "In Progress";
    }
    return snakeCase ? word.toLowerCase(Locale.ROOT).replace(' ', '_') : word;
  }

  private boolean notFound(Call call, String what, String id) throws IOException {
    String message = plainNotFound ? "Not Found" : what + " '" + id + "' not found.";
    return call.json(404, NODES.objectNode().put("message", message));
  }
}
