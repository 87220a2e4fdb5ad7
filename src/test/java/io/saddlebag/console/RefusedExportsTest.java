package io.saddlebag.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Camel refuses is found by {@code check}, and {@code run} makes no run of it. */
@Tag("long")
class RefusedExportsTest {
  @TempDir Path folder;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    runtime =
        new TestRuntime(folder)
            .with("marketing.server", "http://127.0.0.1:1")
            .with("marketing.token", "planted-secret-token")
            .with("camel.management.enabled", "false");
    export("fine", "- to: direct:to-folder");
  }

  private void export(String name, String step) throws Exception {
    runtime.export(
        name,
        """
        - route:
            id: %s
            from:
              uri: kamelet:altcraft-form-fills-source
              parameters: {connection: marketing, formId: 1, period: yesterday}
              steps:
                %s
        """
            .formatted(name, step));
  }

  private record Result(int code, String out, String err) {}

  private Result saddlebag(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    runtime.properties().forEach((name, value) -> all.add("--set=" + name + "=" + value));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        SaddlebagCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(all.toArray(new String[0]));
    return new Result(code, out.toString(), err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "- setHeadr: {name: a} | line 7: setHeadr: there is no such step: correct its name",
        "- setHeader: {nam: a} | line 7: nam: there is no such word here",
        "- to: direct:to-foldr | direct:to-foldr (line 7): no route that can run has this in its"
            + " from (did you mean to-folder?)",
        "- to: {uri: direct, parameters: {name: nowhere}} | direct:nowhere (line 7): no route that can run has",
        "- to: file:out?foo=1 | to[file:out]: foo: the endpoint has no such parameter",
        "- to: file:out?my={{marketing.token}} | my: the endpoint has no such parameter",
        "- to: fiel:out | to[fiel:out]: there is no component \"fiel\": correct the name, or add its",
        "- bean: {ref: nobody} | there is no bean \"nobody\": correct the name, or make one with",
        "- bean: {ref: words, method: no} | the bean has no method \"no\": correct the name",
        "- bean: {beanType: no.such.Thing} | there is no class \"no.such.Thing\": correct the name",
        "- setBody: {simple: '${nosuch}'} | SetBody[simple]: Camel cannot load it: Unknown"
            + " function: nosuch",
        "- setBody: {jq: .a} | there is no language \"jq\": write it in simple or jsonpath",
        "- marshal: {csv: {}} | Marshal[CsvDataFormat]: there is no data format \"csv\"",
        "- to: folder-sink | there is no component \"folder-sink\": write kamelet:folder-sink if you",
        "- to: {uri: file, parameters: {directoryName: {{no.such}}}} | a value that begins with {{"
            + " stands in quotes: write",
        "- to: kamelet:folder-sink?folder={{no.such}} | folder: the property no.such is missing: set",
        "- to: file:{{no.such}} | the property no.such is missing: set it in application.properties",
        "- to: kamelet:to-utf8-action?from=utf9 | from: \"utf9\" is no character set that Java knows",
        "- kamelet: {name: csv-rows-action, parameters: {rows: 0}, steps: [{to: direct:to-folder}]} |"
            + " rows of csv-rows-action is 0; write 1 or more",
      })
  void check_says_what_camel_refuses_and_run_says_the_same(String step, String sentence)
      throws Exception {
    export("wrong", step);

    Result check = saddlebag("check");
    Result run = saddlebag("run", "wrong");

    assertThat(check.code()).as(check.toString()).isEqualTo(3);
    assertThat(check.out())
        .contains("ok       fine")
        .doesNotContain("ok       wrong")
        .doesNotContain("planted-secret-token")
        .containsOnlyOnce("problem  ")
        .contains("wrong.camel.yaml: ")
        .contains(sentence.strip());
    assertThat(run.code()).as(run.toString()).isEqualTo(3);
    assertThat(run.err())
        .startsWith("saddlebag: there is no export \"wrong\" that can run")
        .doesNotContain("planted-secret-token")
        .contains(sentence.strip());
    try (Ledger ledger = Ledger.open(url())) {
      assertThat(ledger.runs().newest("wrong", 1)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- to: \"http:127.0.0.1:1/x?password=RAW(p%ss)&bridgeEndpoint=true\"",
        "- to: \"http:127.0.0.1:1/search?q=100%\"",
        "- to: {uri: direct, parameters: {name: \"{{?no.such}}\", failIfNoConsumers: false}}",
        "- toD: \"direct:$simple{header.x}\"",
        "- to: {uri: log:x, parameters: {marker: \"direct:none\"}}",
      })
  void what_camel_takes_is_right_and_keeps_nothing_from_running(String step) throws Exception {
    export("right", step);

    Result check = saddlebag("check");

    assertThat(check.out()).as(check.toString()).contains("ok       fine");
    if (!step.contains("?no.such")) {
      assertThat(check.out()).contains("ok       right");
    }
  }

  @Test
  void a_route_that_a_template_makes_answers() throws Exception {
    runtime.export(
        "templates",
        """
        - routeTemplate:
            id: answering
            parameters: [{name: called}]
            from: {uri: "direct:{{called}}", steps: [{to: direct:to-folder}]}
        - templatedRoute:
            routeTemplateRef: answering
            parameters: [{name: called, value: made-one}]
        """);
    export("sends", "- to: direct:made-one");

    assertThat(saddlebag("check").out()).contains("ok       sends");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- setBody: {simple: \"${nosuch:{{marketing.token}}}\"}",
        "- to: {uri: kamelet:folder-sink, parameters: {receipt: \"{{marketing.token}}\"}}",
        "- setHeader: {name: Authorization, simple: \"Bearer hunter2-secret ${nosuch}\"}",
        "- to: \"http:127.0.0.1:1/x?httpClient.x=hunter2-secret\"",
      })
  void no_secret_is_told_with_a_refusal(String step) throws Exception {
    export("wrong", step);

    for (Result told :
        List.of(saddlebag("check"), saddlebag("check", "--json"), saddlebag("run", "wrong"))) {
      assertThat(told.code()).as(told.toString()).isEqualTo(3);
      assertThat(told.out() + told.err())
          .doesNotContain("planted-secret-token")
          .doesNotContain("hunter2");
    }
  }

  private LedgerSettings url() {
    Path ledger = Path.of(runtime.properties().get("data.folder")).resolve("ledger.db");
    return new LedgerSettings("jdbc:sqlite:" + ledger, null, null);
  }

  @Test
  void each_route_of_each_file_has_its_say() throws Exception {
    runtime.export("a-list", "- route:\n    id: x\n   from: b\n");
    export("b-parameter", "- to: {uri: kamelet:folder-sink, parameters: {receipt: yes}}");
    export("c-both", "- to: kamelet:folder-sink?receipt=yes\n        - setHeadr: {name: a}");
    runtime.export(
        "d-two",
        """
        - route: {id: d-one, from: {uri: "direct:d-one", steps: [{to: fiel:out}]}}
        - route: {id: d-two, from: {uri: "direct:d-two", steps: [{bean: {ref: nobody}}]}}
        """);
    export("e-sends", "- to: direct:d-one");
    runtime.export(
        "e-sends",
        Files.readString(runtime.routes().resolve("exports/e-sends.camel.yaml"))
            + "- route: {id: e-half, from: {uri: \"direct:e-half\", steps: [{to: direct:to-folder}]}}");
    export("f-sends", "- to: direct:e-half");

    assertThat(saddlebag("check").out())
        .contains("a-list.camel.yaml: the file is not YAML: line 3, column ")
        .contains("b-parameter.camel.yaml: folder-sink (line 7): receipt: ")
        .contains("c-both.camel.yaml: folder-sink (line 7): receipt: ")
        .contains("c-both.camel.yaml: line 8: setHeadr: ")
        .contains("d-two.camel.yaml: to[fiel:out]: ")
        .contains("d-two.camel.yaml: Bean[ref:nobody]: ")
        .contains("e-sends.camel.yaml: direct:d-one (line 7): no route that can run has this")
        .contains("f-sends.camel.yaml: direct:e-half (line 7): no route that can run has this")
        .contains("ok       fine")
        .doesNotContain("ok       e-sends", "ok       f-sends");
  }

  @Test
  void a_name_that_is_taken_is_told_with_both_files() throws Exception {
    export("zz-later", "- to: direct:to-folder");
    runtime.export(
        "zz-later",
        Files.readString(runtime.routes().resolve("exports/zz-later.camel.yaml"))
            .replace("id: zz-later", "id: fine"));
    export("webadmit-create", "- to: direct:to-folder");

    assertThat(saddlebag("check").out())
        .containsPattern(
            "/zz-later.camel.yaml: id: a route of \\S+/fine.camel.yaml is called \"fine\"")
        .containsPattern("/webadmit-create.camel.yaml: id: a route of \\S+/webadmit.camel.yaml is");
  }

  @Test
  void names_that_a_case_blind_disk_would_merge_are_told_with_both_files() throws Exception {
    export("Fine", "- to: direct:to-folder");
    export("zz-FINE", "- to: direct:to-folder");
    runtime.export(
        "zz-FINE",
        Files.readString(runtime.routes().resolve("exports/zz-FINE.camel.yaml"))
            .replace("id: zz-FINE", "id: fINE"));

    Result check = saddlebag("check");

    assertThat(check.code()).isNotZero();
    assertThat(check.out())
        .containsPattern("/fine.camel.yaml: id: \"fine\" and \"Fine\" in \\S+/Fine.camel.yaml are")
        .containsPattern("/zz-FINE.camel.yaml: id: \"fINE\" and \"Fine\" in \\S+/Fine.camel.yaml");
  }

  @Test
  void a_route_file_of_a_vendor_that_camel_refuses_is_named_beside_the_exports() throws Exception {
    Path vendor = runtime.routes().resolve("vendors/webadmit.camel.yaml");
    Files.writeString(vendor, Files.readString(vendor).replaceFirst("- choice:", "- choise:"));
    export("wrong", "- to: kamelet:folder-sink?receipt=yes");

    Result check = saddlebag("check");

    assertThat(check.code()).isEqualTo(3);
    assertThat(check.out())
        .containsPattern("vendors/webadmit.camel.yaml: line \\d+: choise: there is no such step")
        .contains("wrong.camel.yaml: folder-sink (line 7): receipt: ")
        .doesNotContain("ok       ");
  }

  @Test
  void a_file_that_holds_no_export_is_not_passed_over_in_silence() throws Exception {
    runtime.export("a-object", "hello: world\n");
    runtime.export("b-from", "- route:\n    id: lost\n");
    runtime.export("c-shape", "- route:\n    id lost\n");
    Files.writeString(runtime.routes().resolve("exports/d-name.yaml"), "- route: {}\n");

    assertThat(saddlebag("check").out())
        .contains("a-object.camel.yaml: the file is no list of routes")
        .contains("b-from.camel.yaml: from: the route \"lost\" does not say where it starts")
        .contains("c-shape.camel.yaml: ")
        .contains("d-name.yaml: the file is not read: let its name end in .camel.yaml")
        .doesNotContain("Exception");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- lgo: | alerts.camel.yaml: line 11: lgo: there is no such step: correct its name",
        "- to: fiel:out | alerts.camel.yaml: to[fiel:out]: there is no component \"fiel\"",
        "- to: \"{{no.such}}\" | alerts.camel.yaml: to[]: the property no.such is missing",
        "- to: kamelet:foldr-sink | there is no Kamelet \"foldr-sink\"",
        "- log: [ | alerts.camel.yaml: line 1",
      })
  void a_slip_in_the_alerts_route_is_a_wrong_configuration_and_no_defect(
      String step, String sentence) throws Exception {
    Path alerts = runtime.routes().resolve("alerts.camel.yaml");
    Files.writeString(
        alerts, Files.readString(alerts).replace("- log:", step + "\n        - log:"));

    for (Result told : List.of(saddlebag("check"), saddlebag("run", "fine"))) {
      assertThat(told.code()).as(told.toString()).isEqualTo(3);
      assertThat(told.out() + told.err()).contains(sentence);
    }
  }

  @Test
  void alerts_that_nobody_would_be_told_of_are_found() throws Exception {
    Path alerts = runtime.routes().resolve("alerts.camel.yaml");
    Files.writeString(
        alerts, Files.readString(alerts).replace("name: export-alert", "name: export-alerts"));

    assertThat(saddlebag("check").out())
        .contains("alerts.camel.yaml: from: no route starts at direct:export-alert");
  }

  @Test
  void check_starts_nothing() throws Exception {
    Path inbox = folder.resolve("inbox");
    runtime.export(
        "reads",
        "- route:\n    id: reads\n    from:\n      uri: file:"
            + inbox
            + "\n      steps:\n        - to: file:"
            + folder.resolve("outbox")
            + "\n");

    assertThat(saddlebag("check").code()).isZero();

    assertThat(inbox).doesNotExist();
    assertThat(folder.resolve("outbox")).doesNotExist();
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void check_connect_starts_no_export_and_leaves_the_runtime_s_work_alone() throws Exception {
    Path inbox = Files.createDirectories(folder.resolve("inbox"));
    Path waiting = Files.writeString(inbox.resolve("waiting.csv"), "id\n1\n");
    Path work = Files.createDirectories(folder.resolve("shaping/work-1"));
    runtime.with("shaping.folder", work.getParent().toString());
    runtime.export(
        "reads",
        "- route:\n    id: reads\n    from:\n      uri: file:"
            + inbox
            + "?initialDelay=0&delay=1\n      steps:\n        - to: file:"
            + folder.resolve("outbox")
            + "\n");

    Result result = saddlebag("check", "--connect");

    assertThat(result.out()).as(result.toString()).contains("refused  marketing");
    assertThat(waiting).exists();
    assertThat(folder.resolve("outbox")).doesNotExist();
    assertThat(work).exists();
  }

  @Test
  void check_connect_asks_nobody_when_a_route_file_of_saddlebag_s_is_broken() throws Exception {
    Path vendor = runtime.routes().resolve("vendors/webadmit.camel.yaml");
    Files.writeString(vendor, Files.readString(vendor).replaceFirst("- choice:", "- choise:"));

    Result result = saddlebag("check", "--connect");

    assertThat(result.code()).as(result.toString()).isEqualTo(3);
    assertThat(result.out()).contains("there is no such step");
  }

  @Test
  void check_tells_the_step_in_its_json() throws Exception {
    export("wrong", "- to: kamelet:to-utf8-action?from=utf9");

    var problem =
        new ObjectMapper().readTree(saddlebag("check", "--json").out()).get("problems").get(0);

    assertThat(problem.get("step").asText()).isEqualTo("to-utf8-action (line 7)");
    assertThat(problem.get("parameter").asText()).isEqualTo("from");
  }

  @Test
  void run_beside_a_runtime_in_another_process_makes_no_run_of_what_camel_refuses()
      throws Exception {
    export("wrong", "- to: fiel:out");
    try (ChildProcess other =
        ChildProcess.start(folder, "128m", runtime.properties(), Map.of(), "start")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> other.err().contains("runs with 1 exports"));

      assertThat(other.err()).contains("runs with 1 exports; 1 file is not loaded: see above");
      Result run = saddlebag("run", "wrong");

      assertThat(run.code()).as(run.toString()).isEqualTo(3);
      assertThat(run.err()).contains("there is no component \"fiel\"");
      assertThat(saddlebag("runs").out()).doesNotContain("wrong@");
    }
  }
}
