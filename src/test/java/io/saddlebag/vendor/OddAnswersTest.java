package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.alida.AlidaSimulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every step of every flow is answered with what no page promises. Whatever becomes of the run, it
 * has a documented name and a sentence for people, and nothing is called empty.
 */
@Tag("long")
class OddAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern RAW =
      Pattern.compile(
          "\\bjava[.x]|\\bclass |Exception|com[.]fasterxml|org[.]apache|\\{\\w+=|\\[?L?\\w+;?@[0-9a-f]{5,}|\\bnull\\b(?!\\s*[,}\\]])");

  @TempDir Path folder;
  private final List<Simulator> simulators = new ArrayList<>();
  private TestRuntime runtime;
  private StorageSimulator storage;

  /** A simulator, what its connection needs, and an export of it. */
  private record Flow(
      String kamelet, String parameters, List<String> steps, Map<String, String> connection) {}

  private static final String QUESTIONNAIRE = "questionnaire: 74e2d30854914e24af6beae9be64130c$1\n";
  private static final Map<String, String> ACCOUNT =
      Map.of("user", "exporter", "password", SurveySolutionsSimulator.DEMO_PASSWORD);

  @BeforeEach
  void start() throws IOException {
    runtime =
        new TestRuntime(folder)
            .with("retry.first", "1ms")
            .with("retry.cap", "5ms")
            .with("engine.step-threads", "8")
            .with("engine.transfer-threads", "8")
            .with("staging.verify", "full");
    storage = simulator(new StorageSimulator(Clock.systemUTC(), 0));
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    simulators.forEach(Simulator::close);
  }

  private <S extends Simulator> S simulator(S made) {
    made.start();
    simulators.add(made);
    return made;
  }

  private static Map<String, UnaryOperator<byte[]>> answers() {
    Map<String, UnaryOperator<byte[]>> odd = new LinkedHashMap<>();
    for (String body :
        new String[] {
          "null", "[]", "[null]", "{}", "17", "\"text\"", "", "{\"a\": ", "{\"error\":{\"a\":1}}"
        }) {
      odd.put(body, own -> body.getBytes(StandardCharsets.UTF_8));
    }
    for (String leaf :
        new String[] {"null", "{\"a\":1}", "[]", "-1", "1e300", "\"\"", "98765432109876543210"}) {
      odd.put("all " + leaf, own -> replaced(own, leaf));
    }
    return odd;
  }

  private static byte[] replaced(byte[] own, String leaf) {
    try {
      JsonNode tree = JSON.readTree(own);
      return JSON.writeValueAsBytes(replace(tree, JSON.readTree(leaf)));
    } catch (IOException noJson) {
      return own;
    }
  }

  private static JsonNode replace(JsonNode tree, JsonNode leaf) {
    if (tree instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> object.set(name, replace(object.get(name), leaf)));
      return object;
    }
    if (tree instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, replace(array.get(i), leaf));
      }
      return array;
    }
    return leaf;
  }

  private static Predicate<RecordedRequest> step(String step) {
    String[] parts = step.split(" ", 2);
    return request ->
        request.is(parts[0], parts[1])
            && (request.header("Authorization") != null
                || request.header("x-api-key") != null
                || parts[1].contains("oauth2"));
  }

  private Simulator vendor(Flow flow) {
    String kamelet = flow.kamelet();
    Duration pace = Duration.ofMillis(1);
    Clock clock = Clock.systemUTC();
    return kamelet.startsWith("webadmit")
        ? simulator(new WebAdmitSimulator(clock, storage, 0).pace(pace))
        : kamelet.startsWith("alida")
            ? simulator(new AlidaSimulator(clock, storage, 0).pace(pace))
            : kamelet.startsWith("altcraft")
                ? simulator(new AltcraftSimulator(clock, 0).pace(pace))
                : kamelet.startsWith("commcare")
                    ? simulator(new CommCareSimulator(clock, 0))
                    : simulator(
                        headquarters(
                            flow, new SurveySolutionsSimulator(clock, storage, 0).pace(pace)));
  }

  private static SurveySolutionsSimulator headquarters(
      Flow flow, SurveySolutionsSimulator simulator) {
    return flow.parameters().contains("api: v1") ? simulator.v1Only(false) : simulator;
  }

  private static List<Flow> flows() {
    Map<String, String> webadmit = Map.of("api-key", WebAdmitSimulator.DEMO_KEY);
    Map<String, String> altcraft = Map.of("token", AltcraftSimulator.DEMO_TOKEN);
    Map<String, String> commcare =
        Map.of(
            "domain", CommCareSimulator.DEMO_DOMAIN,
            "user", CommCareSimulator.DEMO_USER,
            "password", CommCareSimulator.DEMO_PASSWORD,
            "api-key", CommCareSimulator.DEMO_API_KEY);
    Map<String, String> alida =
        Map.of(
            "community", AlidaSimulator.DEMO_COMMUNITY,
            "client-id", AlidaSimulator.DEMO_CLIENT_ID,
            "client-secret", AlidaSimulator.DEMO_CLIENT_SECRET);
    String status = "POST .*/tasks/status";
    String download = "GET .*/download/.*";
    return List.of(
        new Flow(
            "webadmit-export-source",
            "identity: Example University\nexport: Nightly applicants\n",
            List.of(
                "GET /api/v1/user_identities",
                "GET .*/exports",
                "POST .*/export_files",
                "GET .*/export_files/\\d+"),
            webadmit),
        new Flow(
            "webadmit-pdf-source",
            "identity: 42\ntemplate: Transcripts\n",
            List.of(
                "GET .*/pdf_manager_templates",
                "POST .*/pdf_manager_batches",
                "GET .*/pdf_manager_batches/\\d+"),
            webadmit),
        new Flow(
            "alida-activity-export-source",
            "activityId: " + AlidaSimulator.DEMO_ACTIVITY + "\n",
            List.of(
                "POST /oauth2/token",
                "POST .*/responses/batch",
                "GET .*/responses/batch/.*",
                "GET .*/responses/files/.*"),
            alida),
        new Flow(
            "altcraft-form-fills-source",
            "formId: 1\ndateFrom: 2026-04-01\ndateTo: 2026-04-30\n",
            List.of("POST .*/forms/fills", status, download),
            altcraft),
        new Flow(
            "altcraft-form-fill-source",
            "formId: 1\ndbId: 1\nmatching: email\nemail: ann@example.org\nfileFormat: json\n",
            List.of("POST .*/forms/fill", status, download),
            altcraft),
        new Flow(
            "altcraft-profiles-source",
            "sourceType: database\nsourceId: 1\n",
            List.of("POST .*/profiles/get_all", status, download),
            altcraft),
        new Flow(
            "commcare-form-export-source",
            "exportTag: " + CommCareSimulator.DEMO_FORM + "\nformat: json\n",
            List.of("GET .*/reports/export/"),
            commcare),
        new Flow(
            "commcare-custom-export-source",
            "exportId: " + CommCareSimulator.DEMO_CUSTOM + "\nformat: json\n",
            List.of("GET .*/reports/export/custom/.*"),
            commcare),
        new Flow(
            "commcare-case-export-source",
            "format: json\n",
            List.of("GET .*/reports/download/cases/"),
            commcare),
        new Flow(
            "commcare-saved-export-source",
            "exportId: " + CommCareSimulator.DEMO_SAVED + "\n",
            List.of("GET .*/dailysaved/download/.*"),
            commcare),
        new Flow(
            "survey-solutions-export-source",
            QUESTIONNAIRE,
            List.of(
                "POST .*/api/v2/export",
                "GET .*/api/v2/export/\\d+",
                "GET .*/api/v2/export/\\d+/file"),
            ACCOUNT),
        new Flow(
            "survey-solutions-export-source",
            QUESTIONNAIRE + "api: v1\n",
            List.of("GET .*/details", "POST .*/start", "GET /api/v1/export/Tabular/[^/]+"),
            ACCOUNT));
  }

  /** The failures' names in the table of docs/operations.md. */
  private static Set<String> documented() throws IOException {
    Set<String> names = new TreeSet<>();
    String page = Files.readString(Path.of("docs/operations.md"));
    Matcher name = Pattern.compile("`([A-Z][A-Z_]+)`").matcher(page);
    while (name.find()) {
      names.add(name.group(1));
    }
    return names;
  }

  private void export(String name, Flow flow) throws IOException {
    boolean polls = !flow.kamelet().startsWith("commcare");
    String parameters =
        "connection: "
            + name
            + "\ndeadline: 3s\n"
            + (polls ? "pollMin: 1ms\npollMax: 5ms\n" : "")
            + flow.parameters();
    runtime.export(
        name,
        "- route:\n    id: "
            + name
            + "\n    from:\n      uri: kamelet:"
            + flow.kamelet()
            + "\n      parameters:\n"
            + parameters.indent(8)
            + "      steps:\n        - to: direct:to-folder\n");
  }

  @Test
  void every_odd_answer_ends_with_a_documented_name_and_a_clean_sentence() throws Exception {
    Map<String, String> cases = new LinkedHashMap<>();
    for (Flow flow : flows()) {
      for (String step : flow.steps()) {
        for (Map.Entry<String, UnaryOperator<byte[]>> odd : answers().entrySet()) {
          String name = "odd-" + cases.size();
          cases.put(name, flow.kamelet() + ", " + step + ": " + odd.getKey());
          Simulator vendor = vendor(flow);
          vendor.faults().next(Integer.MAX_VALUE, step(step), Fault.rewrite(odd.getValue()));
          runtime.with(name + ".server", vendor.uri().toString());
          runtime.with(name + ".storage-hosts", "localhost");
          flow.connection().forEach((key, value) -> runtime.with(name + "." + key, value));
          export(name, flow);
        }
      }
    }
    runtime.start();
    assertThat(runtime.saddlebag().exports().problems()).isEmpty();
    Map<String, String> runs = new LinkedHashMap<>();
    cases.keySet().forEach(name -> runs.put(name, runtime.request(name).id()));

    List<String> wrong = new ArrayList<>();
    Set<String> documented = documented();
    runs.forEach(
        (name, id) -> wrong.addAll(faults(cases.get(name), runtime.ended(id), documented)));

    assertThat(cases).hasSizeGreaterThan(400);
    assertThat(wrong).isEmpty();
  }

  private List<String> faults(String what, Run run, Set<String> documented) {
    List<String> wrong = new ArrayList<>();
    if (run.state() == RunState.EMPTY) {
      wrong.add(what + " was called empty");
    }
    List<String> sentences = new ArrayList<>();
    for (FailureRecord failure : runtime.saddlebag().ledger().history().failures(run.id())) {
      if (!documented.contains(failure.name()) || failure.name().equals("UNEXPECTED")) {
        wrong.add(what + " has no name of its own: " + failure.name() + ": " + failure.message());
      }
      sentences.add(failure.message());
    }
    sentences.add(String.valueOf(run.failureMessage() == null ? "" : run.failureMessage()));
    sentences.add(String.valueOf(run.note() == null ? "" : run.note()));
    for (String sentence : sentences) {
      if (RAW.matcher(sentence).find()) {
        wrong.add(what + " is said in Java: " + sentence);
      }
    }
    return wrong.stream().distinct().toList();
  }
}
