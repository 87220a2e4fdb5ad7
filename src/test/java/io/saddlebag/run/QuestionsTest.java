package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;

/** What the ledger is asked costs the same after years: no statement reads all runs. */
@Tag("long")
class QuestionsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int RUNS = 200_000;
  private static final Pattern SCAN =
      Pattern.compile(
          "(?m)^.*?(?:SCAN|Scan) (?:using (?<used>\\w+) )?(?:on )?"
              + "(?<table>run|poll|failure|receipt|delivered_part|alert|skip)\\b"
              + "(?: (?!USING)\\w+)?(?: +USING (?:COVERING )?INDEX (?<index>\\w+))?.*$(?<next>\\n.*$)?");

  /** What holds only what is under way, or is read in its order up to a limit. */
  private static final Set<String> SHORT =
      Set.of(
          "run_newest",
          "run_one_active",
          "run_transferring",
          "run_given_once",
          "run_untold",
          "receipt_kept");

  /** They count everything, once a day. */
  private static final Set<String> COUNTING = Set.of("Counters.counted", "Counters.recount");

  @TempDir Path folder;
  private ExplainedPool pool;
  private Ledger ledger;

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void no_statement_on_sqlite_reads_all_runs_whatever_it_looks_like() throws Exception {
    open(new LedgerSettings("jdbc:sqlite:" + folder.resolve("ledger.db"), null, null));
    AtomicLong steps = new AtomicLong();
    try (var connection = ledger.dataSource().getConnection()) {
      ProgressHandler.setHandler(
          connection.unwrap(SQLiteConnection.class),
          100,
          new ProgressHandler() {
            @Override
            protected int progress() {
              steps.addAndGet(100);
              return 0;
            }
          });
    }
    assertNoneReadsAll(
        (name, question) -> {
          steps.set(0);
          question.run();
          // A batch of pruning is a hundred runs; coverage, which only `gaps` and `backfill` ask
          // for, is all that an export has covered. 200,000 runs take a million steps at least.
          boolean many = Set.of("Retention.prune", "Runs.covered").contains(name);
          assertThat(steps.get()).as("steps of " + name).isLessThan(many ? 100_000 : 20_000);
        });
  }

  @Test
  void no_statement_on_postgresql_reads_all_runs() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      open(new LedgerSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", null));
      assertNoneReadsAll((name, question) -> question.run());
      ledger.close();
    }
  }

  private void open(LedgerSettings settings) {
    pool = new ExplainedPool(Ledger.configuration(settings), settings.sqlite());
    ledger = new Ledger(settings, pool);
    LongHistory.add(ledger, RUNS);
  }

  private void assertNoneReadsAll(BiConsumer<String, Runnable> ask) {
    Map<String, Runnable> questions = questions(request("under-way"));
    assertThat(questions.keySet())
        .as("every question there is: add new ones to this test")
        .containsAll(declared());
    pool.explain();
    questions.forEach(
        (name, question) -> {
          pool.plans().clear();
          ask.accept(name, question);
          pool.plans()
              .forEach(
                  (sql, plan) ->
                      assertThat(scans(plan)).as("%s: %s%n%s", name, sql, plan).isEmpty());
        });
  }

  /** The scans of tables that grow with the years which nothing bounds. */
  private static List<String> scans(String plan) {
    Matcher scan = SCAN.matcher(plan);
    List<String> found = new ArrayList<>();
    while (scan.find()) {
      String index = scan.group("used") == null ? scan.group("index") : scan.group("used");
      String next = String.valueOf(scan.group("next"));
      boolean bounded = next.contains("Index Cond") || next.contains("Recheck Cond");
      if (!bounded && (index == null || !SHORT.contains(index))) {
        found.add(scan.group().strip());
      }
    }
    return found;
  }

  private static Set<String> declared() {
    return List.of(
            Runs.class,
            Receipts.class,
            History.class,
            AlertLog.class,
            Checkpoints.class,
            ScheduleLog.class,
            Counters.class,
            Retention.class)
        .stream()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .map(method -> method.getDeclaringClass().getSimpleName() + "." + method.getName())
        .filter(name -> !COUNTING.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Run request(String export) {
    RunId id = new RunId(export, NOW);
    ledger.runs().add(id, "altcraft", "manual", null, NOW, NOW.plus(Duration.ofHours(6)));
    return ledger.runs().get(id.toString());
  }

  private Map<String, Runnable> questions(Run active) {
    String id = active.id();
    Failure failure = new Failure("DEADLINE", "too late");
    StagedFile file =
        new StagedFile(
            id, 0, "fills.zip", 3, "ab", null, folder, null, List.of("length"), NOW, null, null);
    ScheduleLog.Entry entry = new ScheduleLog.Entry("0 0 2 * * ?", "UTC", NOW);
    Map<String, Runnable> all = new LinkedHashMap<>();
    Runs runs = ledger.runs();
    all.put("Runs.find", () -> runs.find(id));
    all.put("Runs.get", () -> runs.get(id));
    all.put("Runs.newest", () -> runs.newest(null, 20));
    all.put("Runs.newest of one", () -> runs.newest("export-7", 20));
    all.put("Runs.active", () -> runs.active("export-7"));
    all.put("Runs.active of many", () -> runs.active(List.of("export-7", "under-way")));
    all.put("Runs.transferring", runs::transferring);
    all.put("Runs.unwoken", () -> runs.unwoken(NOW.plusSeconds(60), run -> {}));
    all.put("Runs.unfinished", runs::unfinished);
    all.put("Runs.countUnfinished", runs::countUnfinished);
    all.put("Runs.isOfAnother", () -> runs.isOfAnother("job-7", active));
    all.put("Runs.pastDurations", () -> runs.pastDurations("export-7", 30));
    all.put("Runs.add", () -> request("export-8"));
    all.put("Runs.underWay", () -> runs.underWay("export-7", NOW, NOW.plusSeconds(60)));
    all.put("Runs.covered", () -> runs.covered("export-7", "scope"));
    all.put("Runs.hasten", () -> runs.hasten(id, NOW));
    all.put("Runs.parkedFromAfter", () -> runs.parkedFromAfter(NOW.plusSeconds(60)));
    all.put("Runs.lastTrace", () -> runs.lastTrace(active));
    all.put("Runs.bringForward", () -> runs.bringForward(active, NOW));
    all.put("Runs.note", () -> runs.note(id, "a note"));
    all.put("Runs.said", () -> runs.said(id, "running"));
    moves(all, active, file, failure);
    History history = ledger.history();
    all.put("History.polled", () -> history.polled(id, "running", "PENDING", 1, NOW));
    all.put("History.polls", () -> history.polls(id));
    all.put("History.failed", () -> history.failed(id, RunState.PENDING, failure, false, NOW));
    all.put("History.failures", () -> history.failures(id));
    all.put("History.lastFailure", () -> history.lastFailure(id));
    all.put("History.skipped", () -> history.skipped(new Skip("export-7", NOW, "because")));
    all.put("History.skips", () -> history.skips("export-7", 5));
    all.put("AlertLog.failures", ledger.alerts()::failures);
    all.put("AlertLog.told", () -> ledger.alerts().told(id, AlertLog.LATE, NOW));
    all.put("AlertLog.claim", () -> ledger.alerts().claim(id, AlertLog.FAILED, NOW, "node"));
    all.put("AlertLog.unclaim", () -> ledger.alerts().unclaim(id, AlertLog.FAILED, NOW, "node"));
    all.put("AlertLog.tell", () -> ledger.alerts().tell(id, AlertLog.FAILED, NOW, NOW));
    all.put("Checkpoints.find", () -> ledger.checkpoints().find("export-7", "scope"));
    all.put("Checkpoints.all", () -> ledger.checkpoints().all("export-7"));
    all.put("Checkpoints.set", () -> ledger.checkpoints().set("export-7", "scope", "t", NOW));
    all.put("Checkpoints.remove", () -> ledger.checkpoints().remove("export-7", "scope"));
    all.put("ScheduleLog.begin", () -> ledger.schedules().begin("export-9", entry));
    all.put("ScheduleLog.save", () -> ledger.schedules().save("export-9", entry));
    all.put("ScheduleLog.of", () -> ledger.schedules().of(List.of("export-7", "export-9")));
    all.put("ScheduleLog.together", () -> ledger.schedules().together(() -> {}));
    all.put("ScheduleLog.all", ledger.schedules()::all);
    all.put("ScheduleLog.find", () -> ledger.schedules().find("export-9"));
    all.put(
        "ScheduleLog.settle",
        () ->
            ledger
                .schedules()
                .settle(
                    "export-9",
                    entry,
                    entry.at(NOW.plusSeconds(9)),
                    List.of(new Skip("export-9", NOW, "because")),
                    new ScheduleLog.Wanted(
                        new RunId("export-9", NOW), "altcraft", "schedule", NOW, NOW)));
    all.put("ScheduleLog.forget", () -> ledger.schedules().forget("export-9"));
    all.put("Overdue.since", () -> ledger.overdue().since(NOW.plusSeconds(60), 1000));
    all.put("Nodes.runsThatWait", ledger.nodes()::runsThatWait);
    all.put("Nodes.leftovers", () -> ledger.nodes().leftovers("node"));
    all.put("Nodes.settle", () -> ledger.nodes().settle("node"));
    all.put("Counters.all", ledger.counters()::all);
    all.put("Counters.begin", ledger.counters()::begin);
    all.put(
        "Retention.prune",
        () ->
            ledger
                .retention()
                .prune(Retention.Place.beginning(), LongHistory.FIRST.plusSeconds(9000)));
    all.put("Retention.prunedBefore", ledger.retention()::prunedBefore);
    return all;
  }

  private void moves(Map<String, Runnable> all, Run active, StagedFile file, Failure failure) {
    String id = active.id();
    Moves moves = ledger.moves();
    Receipts receipts = ledger.receipts();
    all.put("Moves.creating", () -> moves.creating(active, NOW));
    all.put("Moves.created", () -> moves.created(now(id), "job", NOW, NOW));
    all.put("Moves.pending", () -> moves.pending(now(id), "said", "PENDING", 3, NOW, NOW));
    all.put("Moves.ready", () -> moves.ready(now(id), "said", NOW));
    all.put("Receipts.save", () -> receipts.save(file, now(id).attempt()));
    all.put("Receipts.forget", () -> receipts.forget(id, 1, now(id).attempt()));
    all.put("Moves.staged", () -> moves.staged(now(id), NOW, NOW));
    all.put("Receipts.delivered", () -> receipts.delivered(id, 0, now(id).attempt(), NOW));
    all.put("Receipts.of", () -> receipts.of(id));
    all.put("Receipts.reached", () -> receipts.reached(id, 0, "part", NOW));
    all.put("Receipts.wasReached", () -> receipts.wasReached(id, 0, "part"));
    all.put("Receipts.notReached", () -> receipts.notReached(id, 0, "part"));
    all.put("Runs.requestCancel", () -> ledger.runs().requestCancel(id, NOW));
    all.put("Moves.finish", () -> moves.finish(now(id), RunState.FAILED, failure, NOW));
    all.put("Moves.reopenStaged", () -> moves.reopenStaged(id, RunState.FAILED, NOW, NOW));
    all.put("Moves.finish again", () -> moves.finish(now(id), RunState.DELIVERED, null, NOW));
    all.put("Receipts.keptSince", () -> receipts.keptSince(NOW.plusSeconds(60), "node"));
    all.put(
        "Receipts.remove", () -> receipts.remove(id, "node", NOW.plusSeconds(60), NOW, () -> {}));
    all.put("Receipts.sameBytesSince", () -> receipts.sameBytesSince("export-7", id, "ab"));
    all.put("Receipts.lastStaged", () -> receipts.lastStaged("export-7", id));
  }

  private Run now(String id) {
    return ledger.runs().get(id);
  }
}
