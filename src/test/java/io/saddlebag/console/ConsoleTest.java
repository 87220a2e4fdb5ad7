package io.saddlebag.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands as users and scripts meet them: output, JSON and exit codes. */
class ConsoleTest {
  private static final String EXPORT =
      """
      - route:
          id: fills
          from:
            uri: kamelet:altcraft-form-fills-source
            parameters: {connection: marketing, formId: 1, period: yesterday, pollMin: 20ms, pollMax: 50ms}
            steps:
              - to: direct:to-folder
      """;

  @TempDir Path folder;
  private AltcraftSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    vendor = new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("marketing.server", vendor.uri().toString())
            .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
            .with("camel.management.enabled", "false")
            .export("fills", EXPORT);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private record Result(int code, String out, String err) {
    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(out);
    }
  }

  private Result saddlebag(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    runtime.properties().forEach((name, value) -> all.add("--set=" + name + "=" + value));
    return plain(all.toArray(new String[0]));
  }

  private static Result plain(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        SaddlebagCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void run_brings_the_file_and_exits_with_0() throws Exception {
    Result result = saddlebag("run", "fills");

    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out()).contains("DELIVERED").contains("sha256");
    assertThat(runtime.delivered()).hasSize(1);
  }

  @Test
  void run_json_is_the_run() throws Exception {
    Result result = saddlebag("run", "fills", "--json");

    assertThat(result.code()).isZero();
    assertThat(result.json().get("state").asText()).isEqualTo("DELIVERED");
    assertThat(result.json().get("files").get(0).get("sha256").asText()).hasSize(64);
  }

  @Test
  void an_empty_export_exits_with_0_and_a_remark() {
    vendor.total(0);

    Result result = saddlebag("run", "fills");

    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("EMPTY").contains("nothing to deliver");
  }

  @Test
  void a_failure_that_is_got_over_is_told_in_a_sentence() {
    vendor.faults().next(1, "POST", "/api/v1.1/tasks/status", Fault.status(503));

    Result result = saddlebag("run", "fills");

    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out()).containsPattern("  VENDOR_[A-Z]+: .*503");
  }

  @Test
  void a_failure_that_comes_again_is_told_once() {
    vendor.faults().next(3, "POST", "/api/v1.1/tasks/status", Fault.status(503));

    Result result = saddlebag("run", "fills");

    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out()).containsOnlyOnce("  VENDOR_");
  }

  @Test
  void a_failed_run_exits_with_1_and_its_name() {
    vendor.error(402);

    Result result = saddlebag("run", "fills");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("TARIFF_LIMIT");
  }

  @Test
  void an_export_that_is_not_there_exits_with_3_and_names_those_that_are() {
    Result result = saddlebag("run", "nothing");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("\"nothing\"").contains("fills");
    assertThat(vendor.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "wrong"})
  void backfill_gaps_and_checkpoints_say_what_run_says_of_an_export_that_cannot_run(String export)
      throws Exception {
    runtime.export("wrong", EXPORT.replace("id: fills", "id: wrong").replace("formId", "formid"));
    String[] span = {"--from", "2026-01-01", "--to", "2026-01-10"};

    Result run = saddlebag("run", export);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("did you mean formId?");
    assertThat(saddlebag("backfill", export, span[0], span[1], span[2], span[3])).isEqualTo(run);
    assertThat(saddlebag("gaps", export, span[0], span[1], span[2], span[3])).isEqualTo(run);
    assertThat(saddlebag("checkpoints", export, "--move-to", "2026-04-30")).isEqualTo(run);
    assertThat(vendor.requests()).isEmpty();
  }

  @Test
  void a_command_tries_the_exports_out_once() {
    Common common = new Common();
    new CommandLine(common)
        .parseArgs(
            runtime.properties().entrySet().stream()
                .map(setting -> "--set=" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new));

    Trial trial = new Trial(common, common.configuration());

    assertThat(trial.result().definitions()).hasSize(1);
    assertThat(trial.result()).isSameAs(trial.result());
  }

  @Test
  void backfill_orders_what_is_missing_and_gaps_lists_it() throws Exception {
    Result first =
        saddlebag(
            "backfill", "fills", "--from", "2026-01-01", "--to", "2026-01-10", "--window", "5d");
    Result gaps =
        saddlebag("gaps", "fills", "--from", "2025-12-30", "--to", "2026-01-12", "--json");
    Result again =
        saddlebag(
            "backfill", "fills", "--from", "2026-01-01", "--to", "2026-01-12", "--window", "5d");

    assertThat(first.code()).as(first.toString()).isZero();
    assertThat(first.out())
        .contains("2026-01-01/2026-01-05")
        .contains("2026-01-06/2026-01-10")
        .contains("nothing is missing");
    assertThat(gaps.json().toString())
        .isEqualTo(
            "[{\"from\":\"2025-12-30\",\"to\":\"2025-12-31\"},"
                + "{\"from\":\"2026-01-11\",\"to\":\"2026-01-12\"}]");
    assertThat(again.out()).contains("2026-01-11/2026-01-12").doesNotContain("2026-01-06/");
    assertThat(vendor.creates()).isEqualTo(3);
    assertThat(runtime.delivered()).hasSize(3);
  }

  @Test
  void backfill_ends_at_a_failure_and_goes_on_when_it_is_given_again() {
    vendor.error(402);
    Result failed =
        saddlebag(
            "backfill", "fills", "--from", "2026-01-01", "--to", "2026-01-10", "--window", "5d");
    vendor.error(null);
    Result again =
        saddlebag(
            "backfill", "fills", "--from", "2026-01-01", "--to", "2026-01-10", "--window", "5d");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).contains("TARIFF_LIMIT").contains("2 windows are missing");
    assertThat(again.code()).isZero();
  }

  @Test
  void a_checkpoint_is_set_shown_and_forgotten() throws Exception {
    Result set = saddlebag("checkpoints", "fills", "--move-to", "2026-04-30", "--json");
    Result wrong = saddlebag("checkpoints", "fills", "--move-to", "April");
    Result forgotten = saddlebag("checkpoints", "fills", "--forget", "--json");
    Result nothing = saddlebag("checkpoints", "fills", "--forget");

    assertThat(set.code()).as(set.toString()).isZero();
    assertThat(set.json().get(0).get("checkpoint").asText()).isEqualTo("2026-04-30");
    assertThat(set.json().get(0).get("belongsTo").asText()).contains("formId=1");
    assertThat(wrong.code()).isEqualTo(4);
    assertThat(wrong.err()).contains("2026-04-30");
    assertThat(forgotten.json()).isEmpty();
    assertThat(nothing.code()).isEqualTo(4);
    assertThat(nothing.err()).contains("no checkpoint");
  }

  @Test
  void runs_and_show_tell_what_happened() throws Exception {
    saddlebag("run", "fills");

    assertThat(saddlebag("runs").out()).contains("fills@").contains("DELIVERED");
    assertThat(saddlebag("runs", "--json").json()).hasSize(1);
    assertThat(saddlebag("show", "fills").out())
        .contains("poll")
        .contains("checked: length, zip-directory, zip-crc");
    assertThat(saddlebag("show", "fills", "--json").json().get("polls")).isNotEmpty();
    assertThat(saddlebag("show", "other").code()).isEqualTo(4);
  }

  @Test
  void redeliver_sends_the_staged_file_again_without_asking_the_vendor() throws Exception {
    saddlebag("run", "fills");
    Path file = runtime.delivered().get(0);
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    int asked = vendor.requests().size();

    Result result = saddlebag("redeliver", "fills");

    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    assertThat(vendor.requests()).hasSize(asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"runs", "checkpoints"})
  void a_name_of_neither_an_export_nor_a_run_is_told(String command) {
    assertThat(saddlebag(command, "fills").code()).isZero();

    Result result = saddlebag(command, "nosuch");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("there is no export \"nosuch\"").contains("it never ran");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void the_runs_of_an_export_that_is_gone_are_still_listed() throws Exception {
    saddlebag("run", "fills");
    Files.delete(runtime.routes().resolve("exports/fills.camel.yaml"));

    assertThat(saddlebag("runs", "fills").out()).contains("DELIVERED");
    assertThat(saddlebag("checkpoints", "fills").code()).isZero();
  }

  @Test
  void simulate_on_a_busy_port_says_so_and_is_no_defect() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Result result = saddlebag("simulate", "--first-port=" + taken.getLocalPort());

      assertThat(result.code()).isEqualTo(5);
      assertThat(result.err())
          .contains("cannot listen on port " + taken.getLocalPort())
          .doesNotContain("defect", "Exception");
    }
  }

  @Test
  void a_redelivery_that_is_refused_leaves_the_run_delivered() throws Exception {
    saddlebag("run", "fills");
    JsonNode before = saddlebag("show", "fills", "--json").json();
    runtime.export("fills", EXPORT.replace("formId", "formid"));

    Result result = saddlebag("redeliver", "fills");

    assertThat(result.code()).as(result.toString()).isEqualTo(3);
    assertThat(before.get("files").get(0).get("deliveredAt").isNull()).isFalse();
    assertThat(saddlebag("show", "fills", "--json").json()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:1/ledger?user=owner&password=planted-in-the-url",
        "jdbc:postgresql://127.0.0.1:1/ledger?sslpassword=planted-in-the-url",
        "jdbc:postgresql://owner:planted-in-the-url@127.0.0.1:1/ledger",
        "jdbc:nosuch://owner:planted-in-the-url@127.0.0.1:1/ledger",
        "jdbc:nosuch://127.0.0.1:1/ledger;user=owner;password=planted-in-the-url",
        "postgresql://owner:planted-in-the-url@127.0.0.1:1/ledger"
      })
  void a_password_in_the_url_of_a_ledger_that_cannot_be_opened_is_not_told(String url) {
    runtime.with("ledger.url", url);

    // A server that refuses is asked for some seconds; a driver that is not there is known at once.
    boolean slow = url.startsWith("jdbc:postgresql:");
    for (String command : slow ? List.of("runs") : List.of("runs", "show", "run", "redeliver")) {
      Result result = saddlebag(command, "fills", "--verbose");

      assertThat(result.code()).as(result.toString()).isEqualTo(5);
      assertThat(result.out() + result.err())
          .contains("127.0.0.1:1/ledger")
          .doesNotContain("planted-in-the-url")
          .doesNotContain("owner");
    }
  }

  @Test
  void redeliver_of_a_run_whose_staged_files_were_removed_leaves_it_delivered() throws Exception {
    saddlebag("run", "fills");
    JsonNode before = saddlebag("show", "fills", "--json").json();
    runtime.with("staging.keep", "0s").start();
    Path staged =
        runtime.saddlebag().ledger().receipts().of(before.get("id").asText()).get(0).path();
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !Files.exists(staged));
    runtime.close();

    Result result = saddlebag("redeliver", "fills");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("staging.keep").contains("saddlebag run fills");
    assertThat(saddlebag("show", "fills", "--json").json()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void redeliver_of_a_run_whose_staged_file_is_not_what_it_was_leaves_it_delivered(boolean gone)
      throws Exception {
    saddlebag("run", "fills");
    JsonNode before = saddlebag("show", "fills", "--json").json();
    Path staged;
    try (Stream<Path> files = Files.walk(folder.resolve("data/staging"))) {
      staged = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    if (gone) {
      Files.delete(staged);
    } else {
      Files.writeString(staged, "something else");
    }

    Result result = saddlebag("redeliver", "fills");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("cannot be delivered again").contains("run the export again");
    assertThat(saddlebag("show", "fills", "--json").json()).isEqualTo(before);
  }

  @Test
  void cancel_of_a_run_that_has_ended_is_refused() {
    saddlebag("run", "fills");

    Result result = saddlebag("cancel", "fills");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("nothing to cancel");
  }

  @Test
  void run_show_and_cancel_work_beside_a_runtime_in_another_process() throws Exception {
    try (ChildProcess other =
        ChildProcess.start(folder, "128m", runtime.properties(), Map.of(), "start")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> other.err().contains("runs with 1 exports"));

      Result run = saddlebag("run", "fills", "--json");
      assertThat(run.code()).as(run.toString() + other.err()).isZero();
      assertThat(run.json().get("state").asText()).isEqualTo("DELIVERED");
      assertThat(saddlebag("show", "fills").out()).contains("DELIVERED");

      vendor.pace(Duration.ofMinutes(5));
      ChildProcess second =
          ChildProcess.start(folder, "128m", runtime.properties(), Map.of(), "run", "fills");
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> second.out().contains("PENDING"));
      Result cancel = saddlebag("cancel", "fills");
      assertThat(cancel.code()).as(cancel.toString()).isZero();
      assertThat(second.exitCode(20)).isEqualTo(6);
    }
  }

  @Test
  void an_environment_variable_called_like_a_setting_does_not_win_over_it() throws Exception {
    Map<String, String> environment =
        Map.of("MARKETING_TOKEN", "of-another-program", "DATA_FOLDER", "/nowhere");
    try (ChildProcess child =
        ChildProcess.start(folder, "128m", runtime.properties(), environment, "run", "fills")) {
      assertThat(child.exitCode(30)).as(child.out() + child.err()).isZero();
    }
  }

  @Test
  void an_interrupt_detaches_and_the_run_goes_on_later() throws Exception {
    vendor.pace(Duration.ofSeconds(1));
    Instant before;
    try (ChildProcess child =
        ChildProcess.start(folder, "128m", runtime.properties(), Map.of(), "run", "fills")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> child.out().contains("PENDING"));
      before = Instant.now();
      child.process().destroy();
      assertThat(child.exitCode(10)).isIn(130, 143);
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
      assertThat(child.err()).contains("Detached from fills@");
    }

    runtime.start();
    Run run = runtime.saddlebag().ledger().runs().newest("fills", 1).get(0);
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);
    assertThat(vendor.creates()).isEqualTo(1);
    assertThat(runtime.saddlebag().ledger().history().failures(run.id())).isEmpty();
  }

  @Test
  void check_names_what_is_wrong_and_exits_with_3() throws Exception {
    assertThat(saddlebag("check").code()).isZero();
    runtime.export("wrong", EXPORT.replace("id: fills", "id: wrong").replace("formId", "formid"));

    Result result = saddlebag("check");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.out()).contains("ok       fills").contains("did you mean formId?");
    assertThat(saddlebag("check", "--json").json().get("problems")).hasSizeGreaterThan(0);
  }

  @Test
  void check_warns_of_a_schedule_that_lies_in_the_past() throws Exception {
    runtime.export(
        "once",
        EXPORT
            .replace("id: fills", "id: once")
            .replace("formId: 1", "formId: 1, schedule: \"0 0 2 1 1 ? 2025\""));

    Result result = saddlebag("check");

    assertThat(result.code()).as(result.toString()).isZero();
    assertThat(result.out())
        .contains("ok       once")
        .containsPattern("warning  .*once.camel.yaml: schedule: \"0 0 2 1 1 \\? 2025\" lies in");
    assertThat(saddlebag("check", "--json").json().get("warnings")).hasSize(1);
  }

  @Test
  void check_names_what_exports_share_once() throws Exception {
    runtime.with("marketing.token", "");
    runtime.export("second", EXPORT.replace("id: fills", "id: second"));

    assertThat(saddlebag("check").out()).containsOnlyOnce("marketing.token");
  }

  @Test
  void check_connect_makes_one_call_and_says_who_refuses() throws Exception {
    Result reached = saddlebag("check", "--connect");
    assertThat(reached.code()).as(reached.toString()).isZero();
    assertThat(reached.out()).contains("reached  marketing");
    assertThat(vendor.requests()).hasSize(1);

    runtime.with("marketing.token", "a-wrong-token-value");
    Result refused = saddlebag("check", "--connect");
    assertThat(refused.code()).isEqualTo(5);
    assertThat(refused.out()).contains("refused  marketing").doesNotContain("a-wrong-token-value");
  }

  @Test
  void a_setting_that_cannot_be_read_is_named() {
    Result result = saddlebag("run", "fills", "--set", "engine.step-threads=many");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("engine.step-threads = many");
  }

  @Test
  void a_missing_settings_file_is_named() {
    Result result = plain("runs", "--properties", "/no/such/file.properties");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).contains("/no/such/file.properties");
  }

  @Test
  void a_wrong_command_line_exits_with_2() {
    assertThat(plain("run").code()).isEqualTo(2);
    assertThat(plain("dance").code()).isEqualTo(2);
  }

  @Test
  void every_command_has_help_with_an_example() {
    SaddlebagCommand.commandLine()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              Result help = plain(name, "--help");
              assertThat(help.code()).as(name).isZero();
              assertThat(help.out()).as(name).contains("Example: saddlebag " + name);
            });
  }

  @Test
  void a_port_that_is_taken_is_an_error() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
        ChildProcess child =
            ChildProcess.start(
                folder,
                "128m",
                Map.of(
                    "data.folder", folder.resolve("other").toString(),
                    "camel.management.port", String.valueOf(taken.getLocalPort())),
                Map.of(),
                "start")) {
      assertThat(child.exitCode(20)).isEqualTo(5);
      assertThat(child.err()).contains("camel.management.port");
    }
  }

  @Test
  void a_refused_connection_is_told_until_check_connect_finds_it_good() throws Exception {
    runtime.with("marketing.token", "a-token-that-was-cut");
    assertThat(saddlebag("run", "fills").err() + saddlebag("run", "fills").out())
        .contains("UNAUTHORIZED");
    String sentence = "does not accept the credentials of the connection marketing";

    assertThat(saddlebag("runs").out()).contains(sentence);
    assertThat(saddlebag("show", "fills").out()).contains(sentence);
    assertThat(saddlebag("show", "fills", "--json").json().get("connectionRefused").asText())
        .contains(sentence);
    Result check = saddlebag("check");
    assertThat(check.out()).contains("warning", sentence).doesNotContain("a-token-that-was-cut");
    assertThat(check.code()).isZero();
    assertThat(vendor.count(request -> request.header("Authorization") != null)).isEqualTo(1);

    assertThat(saddlebag("check", "--connect").out()).contains("refused  marketing");
    assertThat(saddlebag("runs").out()).contains(sentence);

    vendor.allow("a-token-that-was-cut");
    assertThat(saddlebag("check", "--connect").out()).contains("reached  marketing");
    assertThat(saddlebag("runs").out()).doesNotContain(sentence);
    assertThat(saddlebag("run", "fills").out()).contains("DELIVERED");
  }
}
