package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.storage.StorageSimulator;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plays a Survey Solutions Headquarters: the v2 export API with jobs that bounce, a de-duplicating
 * create that confuses windows, and local or S3 storage of archives, or the v1 export API of older
 * servers (the sheet's section 8, items 1 to 25). Thread-safe.
 */
public final class SurveySolutionsSimulator extends ExportSwitches {
  /** The workspace that is there from the start (section 2.1). */
  public static final String WORKSPACE = "primary";

  /** The password of the demo's user {@code exporter} (section 4). */
  public static final String DEMO_PASSWORD = "Exporter-2026";

  /** The questionnaire of the demo (section 2.1). */
  public static final String DEMO_QUESTIONNAIRE = "74e2d30854914e24af6beae9be64130c$1";

  /** What encrypted archives are encrypted with; no API tells it (section 5). */
  public static final String ARCHIVE_PASSWORD = "3f5d9a1c7b20";

  private static final String STARTING =
      "<!DOCTYPE html>\n<html><head><title>Headquarters is starting</title></head>"
          + "<body><h1>Server is being updated</h1></body></html>";

  private final Accounts accounts = new Accounts();
  private final Questionnaires questionnaires = new Questionnaires();
  private final Jobs jobs = new Jobs(settings);
  private final ArchiveFiles files;
  private final Worker worker;
  private final V2Exports v2;
  private final V1Exports v1;
  private boolean servesV1;
  private @Nullable Instant downUntil;

  /** A server on this port, 0 for a free one; archives in S3 mode are at this storage host. */
  public SurveySolutionsSimulator(Clock clock, StorageSimulator storage, int port) {
    super(port, clock);
    accounts.add("exporter", DEMO_PASSWORD, "ApiUser", Set.of(WORKSPACE, "second"));
    files = new ArchiveFiles(settings, storage);
    worker = new Worker(settings, files);
    v2 = new V2Exports(settings, accounts, questionnaires, jobs, files);
    v1 = new V1Exports(settings, questionnaires, storage);
  }

  @Override
  SurveySolutionsSimulator self() {
    return this;
  }

  /** Adds an account; its workspaces are there from now on (section 4). */
  public synchronized void account(
      String user, String password, String role, Set<String> workspaces) {
    accounts.add(user, password, role, workspaces);
  }

  /** Switches bearer tokens on and adds one of an account (section 4). */
  public synchronized void token(String token, String user) {
    accounts.token(token, user);
  }

  /** An account that is archived or locked: 401 with a message (item 19). */
  public synchronized void lockUser(String user) {
    accounts.lock(user);
  }

  /** An account that must set a new password first: 403 with a message (item 19). */
  public synchronized void mustChangePassword(String user) {
    accounts.mustChangePassword(user);
  }

  /** Switches a workspace off: 403 for everybody (item 19). */
  public synchronized void disableWorkspace(String workspace) {
    accounts.disable(workspace);
  }

  /** How often an account's password was wrong (item 19). */
  public synchronized int badTries(String user) {
    return accounts.badTries(user);
  }

  /** Deletes every questionnaire that was exported: its jobs are gone (item 19). */
  public synchronized void deleteQuestionnaire() {
    jobs.all().forEach(job -> questionnaires.delete(job.parameters().questionnaire()));
    jobs.hide(identity -> !questionnaires.has(identity));
  }

  /** Jobs look as servers of 20.04 to 21.01 show them (item 1). */
  public SurveySolutionsSimulator olderShape(boolean on) {
    return version(on ? ServerVersion.V21_01 : ServerVersion.V26_04);
  }

  /** Jobs look as servers of this version show them (item 1). */
  public synchronized SurveySolutionsSimulator version(ServerVersion shape) {
    settings.version = shape;
    return this;
  }

  /** The base of Location and Links, as a proxy makes it differ from the host called (2.1). */
  public synchronized SurveySolutionsSimulator publicBase(URI base) {
    settings.publicBase = base;
    return this;
  }

  /** The zone that From and To with an offset are turned into (section 2.1). */
  public synchronized SurveySolutionsSimulator serverZone(ZoneId zone) {
    settings.serverZone = zone;
    return this;
  }

  /** Deletes the file of a job, as a retention policy does (item 17). */
  public synchronized void removeFile(long jobId) {
    worker.advance(jobs.all(), clock().instant());
    jobs.all().stream().filter(job -> job.id() == jobId).forEach(files::remove);
  }

  /** Restarts the server: 503 for a while, then running jobs are Created again (item 13). */
  public synchronized void restart(Duration down) {
    Instant now = clock().instant();
    worker.advance(jobs.all(), now);
    v1.restart(now, now.plus(down));
    worker.restart(now, now.plus(down));
    downUntil = now.plus(down);
  }

  /** A server that has no v2 export API but v1, in this mode (items 23 and 24). */
  public synchronized SurveySolutionsSimulator v1(V1Mode mode) {
    servesV1 = true;
    v1.mode(mode);
    return this;
  }

  /** The same as {@link #v1}, with mode A of 2016 or mode B of 19.07 (items 23 and 24). */
  public SurveySolutionsSimulator v1Only(boolean modeA) {
    return v1(modeA ? V1Mode.A : V1Mode.B);
  }

  /** The next v1 export that starts fails (items 23 and 24). */
  public synchronized void failNextV1() {
    v1.failNext();
  }

  /** Mode A says {@code FinishedWithErrors}, as the vendor's page has it (section 2.2). */
  public synchronized SurveySolutionsSimulator v1FinishedWithErrors(boolean on) {
    v1.spellsAsDocumented(on);
    return this;
  }

  /** How far the clock of a v1 server is ahead of ours (section 3). */
  public synchronized SurveySolutionsSimulator v1ClockAhead(Duration ahead) {
    v1.clockAhead(ahead);
    return this;
  }

  /** How many distinct v2 jobs were made (items 4 to 6). */
  public synchronized int creates() {
    return jobs.all().size();
  }

  /** How many v1 exports were started; a start that joins a running one is not (item 24). */
  public synchronized int v1Starts() {
    return v1.starts();
  }

  /** The status of the newest v2 job, or {@code none}. */
  public synchronized String newestStatus() {
    worker.advance(jobs.all(), clock().instant());
    return jobs.all().isEmpty() ? "none" : jobs.all().get(jobs.all().size() - 1).word();
  }

  @Override
  protected boolean answer(Call call) throws IOException {
    return decide(call).send(call);
  }

  private synchronized Reply decide(Call call) {
    Instant now = clock().instant();
    call.header("Server", "Kestrel");
    if (downUntil != null && now.isBefore(downUntil)) {
      call.header("Retry-After", "30");
      return Reply.html(503, STARTING);
    }
    call.header("Content-Language", "en-US").header("Cache-Control", "no-store, no-cache");
    worker.advance(jobs.all(), now);
    try {
      if (servesV1) {
        accounts.check(call.request().header("Authorization"), WORKSPACE, now);
        return v1.answer(call, now);
      }
      URI base = settings.publicBase == null ? uri() : settings.publicBase;
      return v2.answer(call, now, base);
    } catch (Refusal refusal) {
      return refusal.reply();
    }
  }
}
