package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.RecordedRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The v2 export API (Survey Solutions sheet, section 2.1); guarded by its simulator. */
final class V2Exports {
  private static final Pattern EXPORT =
      Pattern.compile(
          "(?:/(?<workspace>[^/]+))?/api/v2/export(?:/(?<id>[^/]+)(?<file>/file)?)?/?",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ANY_API =
      Pattern.compile("/(?:(?<workspace>[^/]+)/)?api/.*", Pattern.CASE_INSENSITIVE);
  private static final String NOT_FOUND =
      "<!DOCTYPE html>\n<html><head><title>Page not found</title></head>"
          + "<body><h1>404</h1></body></html>";

  private final Settings settings;
  private final Accounts accounts;
  private final Questionnaires questionnaires;
  private final Jobs jobs;
  private final ArchiveFiles files;

  V2Exports(
      Settings settings,
      Accounts accounts,
      Questionnaires questionnaires,
      Jobs jobs,
      ArchiveFiles files) {
    this.settings = settings;
    this.accounts = accounts;
    this.questionnaires = questionnaires;
    this.jobs = jobs;
    this.files = files;
  }

  Reply answer(Call call, Instant now, URI base) throws Refusal {
    RecordedRequest request = call.request();
    Matcher path = EXPORT.matcher(request.path());
    if (!path.matches()) {
      return unrouted(request.path());
    }
    String workspace =
        Optional.ofNullable(path.group("workspace")).orElse(SurveySolutionsSimulator.WORKSPACE);
    accounts.check(request.header("Authorization"), workspace, now);
    if (!accounts.knows(workspace)) {
      String elsewhere = "/" + accounts.firstEnabled() + request.target();
      return redirected -> redirected.header("Location", elsewhere).empty(302);
    }
    boolean ofJob = path.group("id") != null;
    boolean file = path.group("file") != null;
    String operation = request.method() + (ofJob ? " job" : "") + (file ? " file" : "");
    return switch (operation) {
      case "POST" -> create(call, workspace, now, base);
      case "GET" -> list(call, workspace, now, base);
      case "GET job" -> Reply.json(200, object(job(path, workspace), now, base, false));
      case "DELETE job" -> cancel(job(path, workspace), now, base);
      case "GET job file" -> files.download(job(path, workspace), now);
      default -> notAllowed(ofJob ? file ? "GET" : "GET, DELETE" : "GET, POST");
    };
  }

  /** The first version is a route that no longer exists (item 25); so are other API paths. */
  private Reply unrouted(String path) {
    Matcher api = ANY_API.matcher(path);
    boolean known =
        api.matches() && (api.group("workspace") == null || accounts.knows(api.group("workspace")));
    return known ? Reply.empty(404) : Reply.html(404, NOT_FOUND);
  }

  private Reply create(Call call, String workspace, Instant now, URI base) throws Refusal {
    String contentType = String.valueOf(call.request().header("Content-Type"));
    if (!contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw Refusal.empty(415);
    }
    String traceId = traceId(now);
    ExportParameters asked =
        new ParameterReader(call.json(), settings.serverZone, traceId).read(workspace);
    questionnaires.check(asked, traceId);
    Job job = jobs.createOrJoin(asked, now);
    String location = resource(job, base);
    ObjectNode body = object(job, now, base, false);
    return created -> created.header("Location", location).json(201, body);
  }

  private Reply list(Call call, String workspace, Instant now, URI base) throws Refusal {
    List<Job> page = new JobList(call).page(jobs.in(workspace), job -> files.has(job, now));
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    page.forEach(job -> array.add(object(job, now, base, true)));
    return Reply.json(200, array);
  }

  private Reply cancel(Job job, Instant now, URI base) {
    ObjectNode before = object(job, now, base, false);
    job.cancelAt(now.plus(settings.cancelTakes));
    return Reply.json(200, before);
  }

  private Job job(Matcher path, String workspace) throws Refusal {
    String id = path.group("id");
    if (!id.matches("\\d{1,18}")) {
      throw Refusal.parameter("id");
    }
    Job job = jobs.find(workspace, Long.parseLong(id));
    if (job == null) {
      throw Refusal.empty(404);
    }
    return job;
  }

  private ObjectNode object(Job job, Instant now, URI base, boolean inList) {
    return JobJson.of(job, now, files.has(job, now), resource(job, base), inList, settings.version);
  }

  private static String resource(Job job, URI base) {
    return base + "/" + job.parameters().workspace() + "/api/v2/export/" + job.id();
  }

  private static String traceId(Instant now) {
    byte[] seed = now.toString().getBytes(StandardCharsets.UTF_8);
    String hex = UUID.nameUUIDFromBytes(seed).toString().replace("-", "");
    return "00-" + hex + "-" + hex.substring(0, 16) + "-00";
  }

  private static Reply notAllowed(String methods) {
    return call -> call.header("Allow", methods).empty(405);
  }
}
