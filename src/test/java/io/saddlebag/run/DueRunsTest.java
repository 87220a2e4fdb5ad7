package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.saddlebag.TestClock;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is due is requested, by a clock that the test moves. */
class DueRunsTest extends FillsTest {
  private static final String NIGHTLY = "schedule: 0 0 2 * * ?\ntimeZone: America/New_York\n";
  private final TestClock clock = new TestClock(Instant.parse("2026-03-07T12:00:00Z"));

  private void start(String parameters) throws Exception {
    runtime.clock(clock).export("fills", export("fills", parameters, "- to: direct:to-folder"));
    runtime.start();
  }

  private void look() {
    runtime
        .saddlebag()
        .camel()
        .getRegistry()
        .lookupByNameAndType("schedules", Schedules.class)
        .look();
  }

  private void at(String moment) {
    clock.advance(Duration.between(clock.instant(), Instant.parse(moment)));
  }

  private List<Run> runs() {
    return runtime.saddlebag().ledger().runs().newest("fills", 99);
  }

  private List<Skip> skips() {
    return runtime.saddlebag().ledger().history().skips("fills", 99);
  }

  private void end(Run run) throws Exception {
    sql(
        "update run set state = 'DELIVERED', finished_at = '"
            + Times.text(clock.instant())
            + "' where id = '"
            + run.id()
            + "'");
  }

  private void sql(String statement) throws Exception {
    try (Connection connection = runtime.saddlebag().ledger().dataSource().getConnection();
        Statement made = connection.createStatement()) {
      made.execute(statement);
    }
  }

  private ScheduleLog.Entry known() {
    return runtime.saddlebag().ledger().schedules().find("fills").orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "catchUp: false"})
  void a_time_that_the_clock_leaves_out_is_due_while_the_runtime_is_up(String catchUp)
      throws Exception {
    start(NIGHTLY + catchUp);

    at("2026-03-08T06:59:59Z");
    look();
    assertThat(runs()).isEmpty();
    at("2026-03-08T07:00:00Z");
    // Nobody calls it: the runtime's own look finds it.
    await().atMost(Duration.ofSeconds(10)).until(() -> !runs().isEmpty());

    assertThat(runs())
        .extracting(Run::id, Run::origin)
        .containsExactly(tuple("fills@2026-03-08T07:00:00Z", "schedule"));
    assertThat(skips()).isEmpty();
  }

  @Test
  void a_weekly_schedule_keeps_its_week_in_a_clock_change() throws Exception {
    start("schedule: 0 30 2 ? * SUN\ntimeZone: America/New_York\ncatchUp: false");

    at("2026-03-08T07:00:02Z");
    look();

    assertThat(runs()).extracting(Run::id).containsExactly("fills@2026-03-08T07:00:00Z");
  }

  @Test
  void a_time_that_comes_twice_is_due_once() throws Exception {
    at("2026-10-31T12:00:00Z");
    start("schedule: 0 30 1 * * ?\ntimeZone: America/New_York");

    at("2026-11-01T05:30:00Z");
    look();
    end(runs().get(0));
    at("2026-11-01T06:30:00Z");
    look();
    look();

    assertThat(runs()).extracting(Run::id).containsExactly("fills@2026-11-01T05:30:00Z");
  }

  @Test
  void a_clock_change_during_which_nothing_ran_is_made_up_for() throws Exception {
    start(NIGHTLY);
    runtime.close();

    at("2026-03-08T12:00:00Z");
    runtime.start();

    assertThat(runs())
        .extracting(Run::id, Run::origin)
        .containsExactly(tuple("fills@2026-03-08T07:00:00Z", "catch-up"));
  }

  @Test
  void a_clock_change_during_which_nothing_ran_is_kept_where_catch_up_is_off() throws Exception {
    start(NIGHTLY + "catchUp: false");
    runtime.close();

    at("2026-03-08T12:00:00Z");
    runtime.start();

    assertThat(runs()).isEmpty();
    assertThat(skips()).extracting(Skip::at).containsExactly(Instant.parse("2026-03-08T07:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "catchUp: false"})
  void a_run_that_the_ledger_refused_is_requested_when_it_takes_it_again(String catchUp)
      throws Exception {
    start(NIGHTLY + catchUp);
    Instant before = known().lastFireAt();
    sql("create trigger refuse before insert on run begin select raise(abort, 'full'); end");

    at("2026-03-08T07:00:00Z");
    look();
    assertThat(known().lastFireAt()).isEqualTo(before);
    at("2026-03-08T07:20:00Z");
    sql("drop trigger refuse");
    look();

    assertThat(runs())
        .extracting(Run::id, Run::origin)
        .containsExactly(tuple("fills@2026-03-08T07:00:00Z", "schedule"));
    assertThat(known().lastFireAt()).isEqualTo(Instant.parse("2026-03-08T07:00:00Z"));
  }

  @Test
  void many_that_are_due_at_once_are_requested_though_the_ledger_refuses_one() throws Exception {
    for (int number = 0; number < 120; number++) {
      String name = "fills-" + number;
      runtime.export(name, export(name, NIGHTLY, "- to: direct:to-folder"));
    }
    start(NIGHTLY);
    sql(
        "create trigger refuse before insert on run when new.export = 'fills-7'"
            + " begin select raise(abort, 'full'); end");

    at("2026-03-08T07:00:00Z");
    look();

    Ledger ledger = runtime.saddlebag().ledger();
    assertThat(IntStream.range(0, 120).mapToObj(number -> "fills-" + number))
        .filteredOn(name -> ledger.runs().newest(name, 9).isEmpty())
        .containsExactly("fills-7");
    sql("drop trigger refuse");
    look();
    assertThat(ledger.runs().newest("fills-7", 9)).hasSize(1);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(IntStream.range(0, 120))
                    .allMatch(
                        number ->
                            ledger.runs().newest("fills-" + number, 9).get(0).state()
                                != RunState.REQUESTED));
  }

  @Test
  void a_run_that_the_ledger_refused_is_requested_at_the_next_start() throws Exception {
    start(NIGHTLY);
    sql("create trigger refuse before insert on run begin select raise(abort, 'full'); end");
    at("2026-03-08T07:00:00Z");
    look();
    sql("drop trigger refuse");
    runtime.close();

    runtime.start();

    assertThat(runs()).extracting(Run::id).containsExactly("fills@2026-03-08T07:00:00Z");
  }

  @Test
  void a_schedule_that_the_ledger_refuses_at_start_keeps_no_export_from_being_loaded()
      throws Exception {
    start(NIGHTLY);
    sql("create trigger refuse before insert on run begin select raise(abort, 'full'); end");
    runtime.close();
    at("2026-03-08T12:00:00Z");

    runtime.start();

    assertThat(runtime.saddlebag().exports().find("fills")).isPresent();
    sql("drop trigger refuse");
    await().atMost(Duration.ofSeconds(10)).until(() -> !runs().isEmpty());
    assertThat(runs())
        .extracting(Run::id, Run::origin)
        .containsExactly(tuple("fills@2026-03-08T07:00:00Z", "catch-up"));
  }

  @Test
  void a_due_moment_during_a_run_is_kept_as_skipped() throws Exception {
    start(NIGHTLY);
    at("2026-03-08T07:00:00Z");
    look();

    at("2026-03-09T06:00:00Z");
    look();

    assertThat(runs()).hasSize(1);
    assertThat(skips())
        .singleElement()
        .satisfies(skip -> assertThat(skip.at()).isEqualTo(Instant.parse("2026-03-09T06:00:00Z")))
        .satisfies(skip -> assertThat(skip.reason()).contains("fills@2026-03-08T07:00:00Z"));
  }

  @Test
  void of_many_that_were_missed_one_run_is_made_and_a_trace_of_the_others() throws Exception {
    start(NIGHTLY);
    runtime.close();

    at("2026-03-12T12:00:00Z");
    runtime.start();

    assertThat(runs()).extracting(Run::id).containsExactly("fills@2026-03-12T06:00:00Z");
    assertThat(skips())
        .singleElement()
        .satisfies(skip -> assertThat(skip.at()).isEqualTo(Instant.parse("2026-03-08T07:00:00Z")))
        .satisfies(skip -> assertThat(skip.reason()).contains("fills@2026-03-12T06:00:00Z"));
  }

  @Test
  void a_clock_that_is_put_back_makes_no_run_twice_and_loses_none() throws Exception {
    start("schedule: 0 0 * * * ?");
    at("2026-03-07T13:00:00Z");
    look();
    end(runs().get(0));

    at("2026-03-07T12:30:00Z");
    look();
    at("2026-03-07T13:00:01Z");
    look();
    assertThat(runs()).extracting(Run::id).containsExactly("fills@2026-03-07T13:00:00Z");
    at("2026-03-07T14:00:00Z");
    look();

    assertThat(runs())
        .extracting(Run::id)
        .containsExactlyInAnyOrder("fills@2026-03-07T13:00:00Z", "fills@2026-03-07T14:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_clock_that_was_years_ahead_keeps_nothing_from_being_due(boolean restart) throws Exception {
    start(NIGHTLY);
    at("2031-03-07T12:00:00Z");
    look();
    assertThat(runs()).extracting(Run::id).containsExactly("fills@2031-03-07T07:00:00Z");
    end(runs().get(0));
    if (restart) {
      runtime.close();
    }

    at("2026-03-07T12:05:00Z");
    if (restart) {
      runtime.start();
    } else {
      look();
    }
    at("2026-03-08T07:00:00Z");
    look();

    assertThat(runs()).extracting(Run::id).contains("fills@2026-03-08T07:00:00Z").hasSize(2);
  }

  @Test
  void nodes_that_look_at_once_request_a_run_once() throws Exception {
    start(NIGHTLY);
    ScheduleLog log = runtime.saddlebag().ledger().schedules();
    ScheduleLog.Entry seen = known();
    RunId id = new RunId("fills", Instant.parse("2026-03-08T07:00:00Z"));
    ScheduleLog.Wanted wanted =
        new ScheduleLog.Wanted(
            id, "altcraft-form-fills", "schedule", id.at(), id.at().plus(Duration.ofHours(6)));

    List<ScheduleLog.Trace> traces =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(node -> log.settle("fills", seen, seen.at(id.at()), List.of(), wanted))
            .toList();

    assertThat(traces).containsOnlyOnce(ScheduleLog.Trace.RUN);
    assertThat(traces.stream().filter(ScheduleLog.Trace.DEALT_WITH::equals)).hasSize(7);
    assertThat(runs()).hasSize(1);
    assertThat(skips()).isEmpty();
  }

  @Test
  void what_was_missed_before_an_edit_is_made_up_for_once_and_the_edit_counts_from_now()
      throws Exception {
    start(NIGHTLY);
    runtime.close();
    at("2026-03-12T12:00:00Z");
    runtime
        .export("fills", export("fills", "schedule: 0 0/10 * * * ?", "- to: direct:to-folder"))
        .start();

    assertThat(runs())
        .extracting(Run::id, Run::origin)
        .containsExactly(tuple("fills@2026-03-12T06:00:00Z", "catch-up"));
    assertThat(known().cron()).isEqualTo("0 0/10 * * * ?");
    end(runs().get(0));
    at("2026-03-12T12:10:00Z");
    look();
    assertThat(runs()).extracting(Run::id).contains("fills@2026-03-12T12:10:00Z").hasSize(2);
  }

  @Test
  void an_edit_of_the_time_zone_moves_the_schedule_and_catches_nothing_up() throws Exception {
    start(NIGHTLY);
    at("2026-03-08T07:00:00Z");
    look();
    end(runs().get(0));
    at("2026-03-08T23:30:00Z");

    runtime.export(
        "fills",
        export(
            "fills",
            NIGHTLY.replace("America/New_York", "Africa/Nairobi"),
            "- to: direct:to-folder"));
    runtime.saddlebag().refresh();
    look();
    assertThat(runs()).hasSize(1);
    at("2026-03-09T23:00:00Z");
    look();

    assertThat(runs()).extracting(Run::id).contains("fills@2026-03-09T23:00:00Z").hasSize(2);
    assertThat(skips()).isEmpty();
  }

  @Test
  void an_edit_is_no_time_in_which_nothing_ran() throws Exception {
    start(NIGHTLY + "catchUp: false");
    sql("create trigger refuse before insert on run begin select raise(abort, 'full'); end");
    at("2026-03-08T07:00:00Z");
    look();
    runtime.export(
        "fills",
        export("fills", NIGHTLY + "catchUp: false\ndeadline: 5h", "- to: direct:to-folder"));
    sql("drop trigger refuse");

    runtime.saddlebag().refresh();

    assertThat(runs())
        .extracting(Run::id, Run::origin)
        .containsExactly(tuple("fills@2026-03-08T07:00:00Z", "schedule"));
  }

  @Test
  void a_schedule_that_was_taken_out_is_not_made_up_for_when_it_comes_back() throws Exception {
    start(NIGHTLY);
    runtime.export("fills", export("fills", "", "- to: direct:to-folder"));
    runtime.saddlebag().refresh();
    at("2026-03-12T12:00:00Z");

    runtime.export("fills", export("fills", NIGHTLY, "- to: direct:to-folder"));
    runtime.saddlebag().refresh();

    assertThat(runs()).isEmpty();
  }

  @Test
  void a_cron_that_lies_in_the_past_is_loaded_and_its_last_time_made_up_for() throws Exception {
    start("schedule: 0 0 2 8 3 ? 2026\ntimeZone: Africa/Nairobi");
    runtime.close();
    at("2026-05-01T00:00:00Z");

    runtime.start();

    assertThat(runtime.saddlebag().exports().problems()).isEmpty();
    assertThat(runtime.saddlebag().exports().find("fills")).isPresent();
    assertThat(runs())
        .extracting(Run::id, Run::origin)
        .containsExactly(tuple("fills@2026-03-07T23:00:00Z", "catch-up"));

    end(runs().get(0));
    runtime.close();
    runtime.start();
    assertThat(runtime.saddlebag().exports().find("fills")).isPresent();
    assertThat(runs()).hasSize(1);
  }
}
