package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Plays a Survey Solutions Headquarters' v2 export API: jobs that bounce, a de-duplicating create
 * that confuses windows, local or S3 storage of archives (the sheet's section 8, items 1 to 22 and
 * 25). Thread-safe.
 */
public final class SurveySolutionsSimulator extends Simulator {
  /** The password of the demo's user {@code exporter}. */
  public static final String DEMO_PASSWORD = "Exporter-2026";

  /** The questionnaire of the demo. */
  public static final String DEMO_QUESTIONNAIRE = "74e2d30854914e24af6beae9be64130c$1";

  private static final Pattern JOBS =
      Pattern.compile("(?:/([^/]+))?/api/v2/export(?:/([^/]+))?(/file)?");
  private static final Pattern QUESTIONNAIRE = Pattern.compile("[0-9a-f]{32}\\$\\d+");
  private static final Set<String> TYPES =
      Set.of("Tabular", "STATA", "SPSS", "Binary", "DDI", "Paradata", "AudioAudit");
  private static final Duration RETRY_AFTER_FAILURE = Duration.ofSeconds(10);
  private static final int LIST_CAP = 100;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final StorageSimulator storage;
  private final Accounts accounts;
  private @Nullable V1Exports v1;
  private final TreeMap<Long, ExportJob> jobs = new TreeMap<>();
  private final Map<String, Body> s3 = new HashMap<>();
  private final Map<Long, Body> local = new HashMap<>();
  private long nextId = 2838;
  private Duration pace = Duration.ofSeconds(1);
  private Duration queue = Duration.ofMillis(50);
  private Duration afterFailure = RETRY_AFTER_FAILURE;
  private boolean s3Storage;
  private boolean fileWhileRunning;
  private boolean encrypted;
  private boolean completesAnyway;
  private boolean manyWorkers;
  private boolean leavesPartialFile;
  private boolean partialWhileRunning;
  private boolean olderShape;
  private int lastProgress = 30;
  private Duration cancelTakes = Duration.ZERO;
  private String word = "Completed";
  private int failuresToShow;
  private boolean diskFull;
  private boolean withoutFile;
  private int notReadyAnswers;
  private @Nullable Instant downUntil;
  private @Nullable Body payload;

  /** A server on this port, 0 for a free one; archives in S3 mode are at this storage host. */
  public SurveySolutionsSimulator(Clock clock, StorageSimulator storage, int port) {
    super("127.0.0.1", port, clock);
    this.storage = storage;
    accounts = new Accounts(clock);
    accounts.add("exporter", DEMO_PASSWORD, "ApiUser", Set.of("primary", "second"));
  }

  /** How long a job runs. */
  public synchronized SurveySolutionsSimulator pace(Duration running) {
    pace = running;
    return this;
  }

  /** How long a job is Created before a worker takes it (item 3). */
  public synchronized SurveySolutionsSimulator queue(Duration created) {
    queue = created;
    return this;
  }

  /** How long the server waits before it tries a failed job again (item 12). */
  public synchronized SurveySolutionsSimulator afterFailure(Duration wait) {
    afterFailure = wait;
    return this;
  }

  /** Archives are in S3, under keys without a job id (items 8 and 9). */
  public synchronized SurveySolutionsSimulator s3Storage(boolean on) {
    s3Storage = on;
    return this;
  }

  /** The file shows while the job runs, and fetching it fails (item 11). */
  public synchronized SurveySolutionsSimulator fileWhileRunning(boolean on) {
    fileWhileRunning = on;
    return this;
  }

  /** Archives are encrypted, without a hint (item 22). */
  public synchronized SurveySolutionsSimulator encrypted(boolean on) {
    encrypted = on;
    return this;
  }

  /** A cancelled job ends Completed all the same (item 16). */
  public synchronized SurveySolutionsSimulator completesAnyway(boolean on) {
    completesAnyway = on;
    return this;
  }

  /** Jobs do not wait for each other; otherwise one worker serves the whole server (item 3). */
  public synchronized SurveySolutionsSimulator manyWorkers(boolean on) {
    manyWorkers = on;
    return this;
  }

  /** The next attempts of jobs fail so many times; four failures of one job are final (item 12). */
  public synchronized SurveySolutionsSimulator failNext(int times) {
    failuresToShow = times;
    return this;
  }

  /** Jobs fail at once because the disk is full (item 12). */
  public synchronized SurveySolutionsSimulator diskFull(boolean on) {
    diskFull = on;
    return this;
  }

  /** Jobs complete without a file: retention, or a push to a cloud (item 17). */
  public synchronized SurveySolutionsSimulator withoutFile(boolean on) {
    withoutFile = on;
    return this;
  }

  /** A completed job's file answers 400 so many times first (item 17). */
  public synchronized SurveySolutionsSimulator notReadyAnswers(int times) {
    notReadyAnswers = times;
    return this;
  }

  /** The word that jobs made from now on end with, for a server of a version nobody knows yet. */
  public synchronized SurveySolutionsSimulator word(String last) {
    word = last;
    return this;
  }

  /** A server that has no v2 API but v1, in mode A of 2016 or mode B of 19.x (items 23 and 24). */
  public synchronized SurveySolutionsSimulator v1Only(boolean modeA) {
    v1 = new V1Exports(clock(), modeA);
    return this;
  }

  /** How many v1 exports were begun. */
  public synchronized int v1Starts() {
    return v1 == null ? 0 : v1.starts();
  }

  /** The next v1 export fails (items 23 and 24). */
  public synchronized void failNextV1() {
    if (v1 != null) {
      v1.failNext();
    }
  }

  /** Jobs leave a partial file behind when they are cancelled or fail, and serve it (item 11). */
  public synchronized SurveySolutionsSimulator leavesPartialFile(boolean on) {
    leavesPartialFile = on;
    return this;
  }

  /** The file that shows while the job runs is served, half of it (item 11). */
  public synchronized SurveySolutionsSimulator partialWhileRunning(boolean on) {
    partialWhileRunning = on;
    fileWhileRunning = on;
    return this;
  }

  /** Jobs look as servers of 20.04 to 21.01 show them (item 1). */
  public synchronized SurveySolutionsSimulator olderShape(boolean on) {
    olderShape = on;
    return this;
  }

  /** What Progress ends at: 0, 2, 30 or any other figure (item 7). */
  public synchronized SurveySolutionsSimulator lastProgress(int progress) {
    lastProgress = progress;
    return this;
  }

  /** How long a cancel takes to show (item 14). */
  public synchronized SurveySolutionsSimulator cancelTakes(Duration time) {
    cancelTakes = time;
    return this;
  }

  /** Switches a workspace off: 403 for everybody (item 19). */
  public synchronized void disableWorkspace(String workspace) {
    accounts.disable(workspace);
  }

  /** An account that must set a new password first: 403 with a message (item 19). */
  public synchronized void mustChangePassword(String user) {
    accounts.mustChangePassword(user);
  }

  /** The bytes of every archive made from now on. */
  public synchronized SurveySolutionsSimulator payload(@Nullable Body bytes) {
    payload = bytes;
    return this;
  }

  /** Restarts the server: 503 for a while, then running jobs are Created again (item 13). */
  public synchronized void restart(Duration down) {
    downUntil = clock().instant().plus(down);
    for (ExportJob job : jobs.values()) {
      if (job.status.equals("Running")) {
        job.status = "Created";
        job.eligible = downUntil;
      }
    }
    if (v1 != null) {
      v1.restart();
    }
  }

  /** Deletes a questionnaire: its jobs are gone (item 19). */
  public synchronized void deleteQuestionnaire() {
    jobs.values().forEach(job -> job.hidden = true);
  }

  /** Adds an account. */
  public synchronized void account(
      String user, String password, String role, Set<String> workspaces) {
    accounts.add(user, password, role, workspaces);
  }

  /** Switches bearer tokens on and adds one of an account. */
  public synchronized void token(String token, String user) {
    accounts.token(token, user);
  }

  /** How often an account's password was wrong. */
  public synchronized int badTries(String user) {
    return accounts.badTries(user);
  }

  /** How many distinct jobs were made. */
  public synchronized int creates() {
    return jobs.size();
  }

  /** The status of the newest job. */
  public synchronized String newestStatus() {
    work();
    return jobs.isEmpty() ? "none" : jobs.lastEntry().getValue().status;
  }

  @Override
  protected synchronized boolean answer(Call call) throws IOException {
    Instant down = downUntil;
    if (down != null && clock().instant().isBefore(down)) {
      return call.header("Retry-After", "30")
          .text(503, "text/html", "<html><body>Headquarters is starting</body></html>");
    }
    call.header("Content-Language", "en-US");
    work();
    if (v1 != null) {
      return accounts.refused(call, "primary") || v1.answer(call, pace);
    }
    Matcher path = JOBS.matcher(call.request().path().replace("%24", "$"));
    if (!path.matches()) {
      return call.request().path().startsWith("/primary/")
          ? call.text(404, "text/html", "<html><body>Page not found</body></html>")
          : call.empty(404);
    }
    String workspace = path.group(1) == null ? "primary" : path.group(1);
    if (accounts.refused(call, workspace)) {
      return true;
    }
    if (!accounts.knows(workspace)) {
      return call.header("Location", "/primary" + call.request().target()).empty(302);
    }
    String id = path.group(2);
    String method = call.request().method();
    if (id == null) {
      return switch (method) {
        case "POST" -> create(call, workspace);
        case "GET" -> list(call, workspace);
        default -> call.empty(405);
      };
    }
    if (!id.matches("\\d+")) {
      return call.text(400, "application/json", "\"Invalid parameter or property: id\"");
    }
    ExportJob job = jobs.get(Long.valueOf(id));
    if (job == null || job.hidden || !job.workspace.equals(workspace)) {
      return call.empty(404);
    }
    if (path.group(3) != null) {
      return method.equals("GET") ? file(call, job) : call.empty(405);
    }
    return switch (method) {
      case "DELETE" -> cancel(call, job);
      case "GET" -> call.json(200, shown(job, false));
      default -> call.empty(405);
    };
  }

  private boolean create(Call call, String workspace) throws IOException {
    if (!String.valueOf(call.request().header("Content-Type")).startsWith("application/json")) {
      return call.empty(415);
    }
    ObjectNode asked = NODES.objectNode();
    JsonNode body = call.json();
    body.properties().forEach(field -> asked.set(field.getKey(), field.getValue()));
    String questionnaire =
        asked.path("QuestionnaireId").asText().replace("-", "").toLowerCase(java.util.Locale.ROOT);
    asked.put("QuestionnaireId", questionnaire);
    if (!TYPES.contains(asked.path("ExportType").asText())) {
      return call.text(400, "application/json", "\"Invalid parameter or property: exportType\"");
    }
    if (!QUESTIONNAIRE.matcher(questionnaire).matches()) {
      return call.json(400, problem("QuestionnaireId", "Invalid questionnaire identity"));
    }
    if (questionnaire.startsWith("ffff")) {
      return call.json(400, problem("QuestionnaireId", "Questionnaire not found"));
    }
    if (asked.path("TranslationId").asText().startsWith("ffff")) {
      return call.json(400, problem("TranslationId", "Translation not found"));
    }
    String tag = ExportJob.tag(workspace, asked);
    ExportJob job =
        jobs.values().stream()
            .filter(other -> other.active() && other.tag.equals(tag))
            .findFirst()
            .orElse(null);
    if (job == null) {
      job = new ExportJob(nextId++, workspace, asked, clock().instant());
      job.eligible = job.created.plus(queue);
      job.notReadyAnswers = notReadyAnswers;
      job.lastProgress = lastProgress;
      jobs.put(job.id, job);
    }
    call.header("Location", uri() + "/" + workspace + "/api/v2/export/" + job.id);
    return call.json(201, shown(job, false));
  }

  private static ObjectNode problem(String field, String message) {
    ObjectNode problem = NODES.objectNode();
    problem.putObject("Errors").putArray(field).add(message);
    problem
        .put("Type", "https://tools.ietf.org/html/rfc9110#section-15.5.1")
        .put("Title", "One or more validation errors occurred.")
        .put("Status", 400);
    problem.putObject("Extensions").put("traceId", "00-0000-00");
    return problem;
  }

  private boolean list(Call call, String workspace) throws IOException {
    String questionnaire = call.query("questionnaireIdentity");
    if (questionnaire != null && !QUESTIONNAIRE.matcher(questionnaire).matches()) {
      return call.empty(500);
    }
    String type = call.query("exportType");
    String status = call.query("exportStatus");
    String interviews = call.query("interviewStatus");
    String hasFile = call.query("hasFile");
    if (type != null && TYPES.stream().noneMatch(type::equalsIgnoreCase)) {
      return call.text(400, "application/json", "\"Invalid parameter or property: exportType\"");
    }
    List<ExportJob> found = new ArrayList<>();
    for (ExportJob job : jobs.descendingMap().values()) {
      boolean fits =
          !job.hidden
              && job.workspace.equals(workspace)
              && (questionnaire == null
                  || questionnaire.equals(job.asked.path("QuestionnaireId").asText()))
              && (type == null || type.equalsIgnoreCase(job.asked.path("ExportType").asText()))
              && (status == null || status.equalsIgnoreCase(job.status))
              && (interviews == null
                  || interviews.equals("All")
                  || interviews.equals(job.asked.path("InterviewStatus").asText()))
              && (hasFile == null
                  || Boolean.parseBoolean(hasFile)
                      == shown(job, true).path("HasExportFile").asBoolean());
      if (fits) {
        found.add(job);
      }
    }
    ArrayNode list = NODES.arrayNode();
    found.stream()
        .skip(number(call, "offset", 0))
        .limit(Math.min(LIST_CAP, number(call, "limit", LIST_CAP)))
        .forEach(job -> list.add(shown(job, true)));
    return call.json(200, list);
  }

  private static long number(Call call, String parameter, long otherwise) {
    String value = call.query(parameter);
    return value == null ? otherwise : Long.parseLong(value);
  }

  private boolean cancel(Call call, ExportJob job) throws IOException {
    ObjectNode before = shown(job, false);
    if (!(completesAnyway && job.status.equals("Running"))) {
      job.cancelAt = clock().instant().plus(cancelTakes);
      work();
    }
    return call.json(200, before);
  }

  private void leavePartialFile(ExportJob job) {
    if (leavesPartialFile && !job.status.equals("Completed")) {
      byte[] whole = Archives.bytes(job);
      job.fileThere = true;
      local.put(job.id, Body.of(Arrays.copyOf(whole, whole.length / 2)));
    }
  }

  private boolean file(Call call, ExportJob job) throws IOException {
    String type = job.asked.path("ExportType").asText();
    if (type.equals("DDI")) {
      return archive(call, "household_1_ddi.zip", Archives.of(job, false));
    }
    Body body = s3Storage ? s3.get(job.key()) : local.get(job.id);
    if (!s3Storage && job.status.equals("Running") && fileWhileRunning) {
      byte[] whole = Archives.bytes(job);
      return partialWhileRunning
          ? archive(call, "household_1.zip", Body.of(Arrays.copyOf(whole, whole.length / 2)))
          : call.empty(500);
    }
    if (body == null || (!s3Storage && !job.fileThere) || (withoutFile && !job.active())) {
      return call.empty(400);
    }
    if (job.notReadyAnswers > 0 && !job.active()) {
      job.notReadyAnswers--;
      return call.empty(400);
    }
    String name = "household_1_" + type + "_" + job.asked.path("InterviewStatus").asText() + ".zip";
    if (s3Storage) {
      StoredObject object =
          new StoredObject(
              "/exports/" + job.key().replace("$", "_").replace(":", "") + ".zip",
              body,
              "application/zip",
              "attachment; filename =\"" + name + "\"",
              null);
      storage.put(object);
      return call.header(
              "Location", storage.sign(object, Style.V4, Duration.ofHours(10)).toString())
          .empty(302);
    }
    return archive(call, name, body);
  }

  private static boolean archive(Call call, String name, Body body) throws IOException {
    return call.header(
            "Content-Disposition", "attachment; filename=" + name + "; filename*=UTF-8''" + name)
        .chunked(200, "application/zip", body);
  }

  private ObjectNode shown(ExportJob job, boolean inList) {
    boolean has =
        s3Storage
            ? s3.containsKey(job.key())
            : job.fileThere || (fileWhileRunning && job.status.equals("Running"));
    ObjectNode shown =
        job.shown(
            uri().toString(),
            has && !(withoutFile && job.status.equals("Completed")),
            inList,
            clock().instant(),
            pace);
    return olderShape ? ExportJob.older(shown) : shown;
  }

  /** What the server's worker has done by now, each thing at the time at which it was due. */
  private void work() {
    Instant now = clock().instant();
    Instant free = Instant.MIN;
    boolean moved = true;
    while (moved) {
      moved = false;
      for (ExportJob job : jobs.values()) {
        cancelled(job, now);
        Instant ended = finish(job, now);
        if (ended != null) {
          free = ended.isAfter(free) ? ended : free;
          moved = true;
        }
      }
      boolean busy = jobs.values().stream().anyMatch(job -> job.status.equals("Running"));
      for (ExportJob job : jobs.values()) {
        if (job.status.equals("Created") && !job.eligible.isAfter(now) && (manyWorkers || !busy)) {
          job.status = "Running";
          job.started = !manyWorkers && free.isAfter(job.eligible) ? free : job.eligible;
          busy = true;
          moved = true;
        }
      }
    }
  }

  /**
   * A cancel is carried out when its event is, whatever the job's status has become (items 14 and
   * 15).
   */
  private void cancelled(ExportJob job, Instant now) {
    Instant at = job.cancelAt;
    if (at != null && !now.isBefore(at)) {
      job.cancelAt = null;
      leavePartialFile(job);
      job.status = "Canceled";
      job.completed = at;
      job.error = "";
    }
  }

  /** Ends a job that has run long enough; gives the time at which it ended, or null. */
  private @Nullable Instant finish(ExportJob job, Instant now) {
    Instant started = job.started;
    if (!job.status.equals("Running") || started == null || now.isBefore(started.plus(pace))) {
      return null;
    }
    Instant end = started.plus(pace);
    if (diskFull) {
      job.status = "Fail";
      job.error =
          "Not enough space fot the selected cloud storage provide. Please free space and restart the"
              + " job or choose another provider.";
      return end;
    }
    if (failuresToShow > 0) {
      failuresToShow--;
      job.failures++;
      if (job.failures >= 4) {
        leavePartialFile(job);
      }
      job.status = job.failures >= 4 ? "Fail" : "Created";
      job.error = job.failures >= 4 ? ExportJob.FRIENDLY_ERROR : "";
      job.completed = job.failures >= 4 ? end : null;
      job.eligible = end.plus(afterFailure);
      return end;
    }
    job.status = word;
    job.completed = end;
    if (!withoutFile) {
      Body body = payload == null ? Archives.of(job, encrypted) : payload;
      job.fileThere = true;
      local.put(job.id, body);
      s3.put(job.key(), body);
    }
    return end;
  }
}
