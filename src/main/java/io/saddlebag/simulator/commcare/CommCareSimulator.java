package io.saddlebag.simulator.commcare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Plays CommCare HQ. It serves the legacy exports and the daily saved export at once, unless it is
 * told to be a server of one era; the numbers are those of section 8 of its sheet.
 */
public final class CommCareSimulator extends Simulator {
  /** The project space. */
  public static final String DEMO_DOMAIN = "demo";

  /** The web user that is let in. */
  public static final String DEMO_USER = "exporter@example.org";

  /** The web user's password. */
  public static final String DEMO_PASSWORD = "demo-commcare-password-91";

  /** The web user's API key. */
  public static final String DEMO_API_KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

  /** A form with submissions. */
  public static final String DEMO_FORM = "http://openrosa.org/formdesigner/household";

  /** A custom export. */
  public static final String DEMO_CUSTOM = "1c2f5a0e9b7d4c3e8f6a5b4c3d2e1f00";

  /** A daily saved export. */
  public static final String DEMO_SAVED = "5f0e1d2c3b4a59687766554433221100";

  private final Accounts accounts;
  private final FormExports forms;
  private final CaseExports cases = new CaseExports();
  private final CustomExports customs;
  private final SavedExports saved = new SavedExports();
  private final UiExports pages = new UiExports();
  private NoData noData = NoData.REDIRECT;
  private boolean legacyGone;
  private boolean migrating;
  private boolean inactive;
  private boolean httpsOnly;
  private Duration firstByte = Duration.ZERO;

  /** A server on this port, 0 for a free one, with a form of three submissions. */
  public CommCareSimulator(Clock clock, int port) {
    super("127.0.0.1", port, clock);
    accounts = new Accounts(clock);
    forms = new FormExports(clock);
    customs = new CustomExports(clock);
    Instant day = clock.instant().minus(Duration.ofDays(1));
    List<Form> samples =
        List.of(
            new Form("f0", day, false, Map.of("form|name", "Ann", "form|meta|userID", "u1")),
            new Form("f1", day.plusSeconds(60), false, Map.of("form|name", "", "form|late_q", "x")),
            new Form("f2", day.plusSeconds(120), true, Map.of("form|name", "Cyd, \"C\"")));
    samples.forEach(form -> forms.submit(DEMO_FORM, form));
    customs.put(DEMO_CUSTOM, samples);
    saved.put(
        DEMO_SAVED,
        new SavedExport("Visits", "zip", "application/zip", Body.of(zip(samples, "Visits"))));
  }

  /** How the legacy exports say that there is nothing (item 2). */
  public synchronized CommCareSimulator noData(NoData how) {
    noData = how;
    return this;
  }

  /** A server of today: the legacy addresses are gone. */
  public synchronized CommCareSimulator legacyGone(boolean gone) {
    legacyGone = gone;
    return this;
  }

  /** Everything is answered with 503 (item 15). */
  public synchronized CommCareSimulator migrating(boolean now) {
    migrating = now;
    return this;
  }

  /** The project space is not active: redirect to the choice of projects (item 3). */
  public synchronized CommCareSimulator inactiveDomain(boolean now) {
    inactive = now;
    return this;
  }

  /** Everything is redirected to https (item 20). */
  public synchronized CommCareSimulator httpsOnly(boolean only) {
    httpsOnly = only;
    return this;
  }

  /** Every call is refused in JSON; null lets the account in again (item 15). */
  public synchronized CommCareSimulator unauthorizedJson(@Nullable Refusal kind) {
    accounts.refuse(kind);
    return this;
  }

  /** Whether five wrong digests have locked the account (item 14). */
  public synchronized boolean lockedOut() {
    return accounts.locked();
  }

  /** The first byte of an export takes so long (item 13). */
  public synchronized CommCareSimulator firstByteDelay(Duration time) {
    firstByte = time;
    return this;
  }

  /** Somebody submits a form. */
  public synchronized CommCareSimulator submit(String xmlns, Form form) {
    forms.submit(xmlns, form);
    return this;
  }

  /** A custom export of these submissions. */
  public synchronized CommCareSimulator customExport(String id, List<Form> wanted) {
    customs.put(id, wanted);
    return this;
  }

  /** Custom exports fail, which looks like no data (item 3). */
  public synchronized CommCareSimulator customExportFails(boolean fails) {
    customs.failing(fails);
    return this;
  }

  /** The cases export has a table of referrals (item 10). */
  public synchronized CommCareSimulator referrals(boolean shown) {
    cases.withReferrals(shown);
    return this;
  }

  /** There are no cases (item 10). */
  public synchronized CommCareSimulator withoutCases() {
    cases.clear();
    return this;
  }

  /** Builds a saved export, or rebuilds it. */
  public synchronized CommCareSimulator savedExport(String id, SavedExport export) {
    saved.put(id, export);
    return this;
  }

  /** A saved export is rebuilt just before the next range of it is asked for (item 18). */
  public synchronized CommCareSimulator rebuildBetweenRanges(SavedExport export) {
    saved.rebuildBetweenRanges(export);
    return this;
  }

  @Override
  protected synchronized boolean answer(Call call) throws IOException {
    String path = call.request().path();
    if (migrating) {
      return call.text(503, "text/plain", "Service Temporarily Unavailable");
    }
    if (httpsOnly) {
      return call.header("Location", "https://www.commcarehq.org" + call.request().target())
          .empty(301);
    }
    String home = "/a/" + DEMO_DOMAIN + "/";
    if (!path.startsWith(home)) {
      return notFound(call);
    }
    String rest = path.substring(home.length());
    if (!path.endsWith("/")) {
      return call.header("Location", path + "/").empty(301);
    }
    if (rest.startsWith("data/export/custom/dailysaved/download/")) {
      return get(call, true) || saved.answer(call, rest.split("/", -1)[5]);
    }
    if (rest.startsWith("data/export/")) {
      return pages.answer(call, rest);
    }
    if (rest.startsWith("api/v0.5/")) {
      return accounts.refused(call, true) || list(call);
    }
    return !rest.startsWith("reports/") || legacyGone ? notFound(call) : legacy(call, rest);
  }

  private boolean legacy(Call call, String rest) throws IOException {
    if (get(call, false)) {
      return true;
    }
    if (inactive) {
      return call.header("Location", "/domain/select/").empty(302);
    }
    LockSupport.parkNanos(firstByte.toNanos());
    if (rest.equals("reports/export/")) {
      return forms.answer(call, this::nothing);
    }
    if (rest.startsWith("reports/export/custom/")) {
      return customs.answer(call, rest.split("/", -1)[3], this::nothing);
    }
    return rest.equals("reports/download/cases/") ? cases.answer(call) : notFound(call);
  }

  /** Only GET, and only for an account; the check of the method sits inside (item 20). */
  private boolean get(Call call, boolean modern) throws IOException {
    if (accounts.refused(call, modern)) {
      return true;
    }
    return !call.request().method().equals("GET") && call.header("Allow", "GET").empty(405);
  }

  private boolean nothing(Call call) throws IOException {
    if (noData == NoData.NOT_FOUND) {
      return notFound(call);
    }
    String next = call.query("next");
    String location =
        next == null ? uri() + "/a/" + DEMO_DOMAIN + "/data/excel_export_data/" : next;
    return call.header("Location", location)
        .header("Set-Cookie", "sessionid=anonymous; Path=/")
        .empty(302);
  }

  private static boolean list(Call call) throws IOException {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.putObject("meta").put("limit", 1).put("offset", 0).put("total_count", 0);
    answer.putArray("objects");
    return call.json(200, answer);
  }

  /** HQ's page for addresses that it does not have. */
  static boolean notFound(Call call) throws IOException {
    return call.text(
        404,
        "text/html; charset=utf-8",
        "<!DOCTYPE html>\n<html><head><title>404 Error</title></head><body>Not found</body></html>");
  }

  private static byte[] zip(List<Form> samples, String name) {
    try {
      return Tables.of(name, samples).bytes("csv");
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be written", e);
    }
  }

  /** A zip of one table, for saved exports of one's own. */
  public static Body table(String... cells) {
    try {
      return Body.of(
          new Tables().table("Sheet", List.of(List.of("a"), List.of(cells))).bytes("csv"));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be written", e);
    }
  }
}
