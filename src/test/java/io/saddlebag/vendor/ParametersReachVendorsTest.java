package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.TestRuntime;
import io.saddlebag.export.Declared;
import io.saddlebag.export.Kamelet;
import io.saddlebag.export.Kamelets;
import io.saddlebag.run.Run;
import io.saddlebag.simulator.RecordedRequest;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.alida.AlidaSimulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a user writes is what the vendor is asked for. Every export here runs, and each of its
 * parameters is looked for in the requests that reached its simulator. A parameter that a Kamelet
 * declares and that is neither looked for nor listed as our own fails the test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParametersReachVendorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String QUESTIONNAIRE = "74e2d30854914e24af6beae9be64130c$1";
  private static final String TRANSLATION = "11111111-2222-3333-4444-555555555555";

  /** The parameters that no vendor has, and where their effect is tested. */
  private static final Map<String, String> OURS =
      Map.ofEntries(
          Map.entry("connection", "its server is the one that is asked, in every export here"),
          Map.entry("schedule", "SchedulesTest"),
          Map.entry("timeZone", "SchedulesTest, and the days of a period here"),
          Map.entry("catchUp", "SchedulesTest"),
          Map.entry("expectBy", "AlertsTest"),
          Map.entry("pollMin", "PollPlanTest"),
          Map.entry("pollMax", "PollPlanTest"),
          Map.entry("deadline", "JobContractTest"),
          Map.entry("onDeadline", "JobContractTest"),
          Map.entry("onLostCreate", "JobContractTest"),
          Map.entry("windowOverlap", "WindowsTest and IncrementalTest"),
          Map.entry("whenEmpty", "AlidaTest and AltcraftTest"),
          Map.entry("altcraft-form-fills-source/timeZone", "the days of its period"),
          Map.entry("commcare-custom-export-source/onRedirect", "CommCareTest"),
          Map.entry("commcare-form-export-source/noData", "CommCareTest"),
          Map.entry("commcare-saved-export-source/fileType", "CommCareTest"),
          Map.entry("commcare-saved-export-source/maxAge", "CommCareTest"),
          Map.entry("webadmit-export-source/fileType", "WebAdmitTest"));

  private TestRuntime runtime;
  private final List<AutoCloseable> vendors = new ArrayList<>();
  private final Map<Asked, Simulator> apis = new HashMap<>();
  private final Map<Asked, Run> runs = new HashMap<>();

  /**
   * An export, and what must have been asked.
   *
   * @param kamelet its Kamelet
   * @param parameters what the user writes, without the connection
   * @param seen what is looked for, by parameter
   * @param times how many runs there are
   */
  private record Asked(
      String kamelet,
      Map<String, String> parameters,
      Map<String, BiPredicate<RecordedRequest, Run>> seen,
      int times) {

    static Asked of(String kamelet, String... pairs) {
      Map<String, String> parameters = new LinkedHashMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        parameters.put(pairs[i], pairs[i + 1]);
      }
      return new Asked(kamelet, parameters, new LinkedHashMap<>(), 1);
    }

    Asked twice() {
      return new Asked(kamelet, parameters, seen, 2);
    }

    Asked seen(String parameter, BiPredicate<RecordedRequest, Run> where) {
      seen.put(parameter, where);
      return this;
    }

    /** A member of the body, in JSON as it must be. */
    Asked body(String parameter, String pointer, String json) {
      return seen(parameter, (request, run) -> json(request).at(pointer).equals(read(json)));
    }

    /** A member of the body that must not be there beside another one. */
    Asked without(String parameter, String pointer, String absent) {
      return seen(
          parameter,
          (request, run) ->
              !json(request).at(pointer).isMissingNode()
                  && json(request).at(absent).isMissingNode());
    }

    Asked query(String parameter, String name, String value) {
      return seen(parameter, (request, run) -> value.equals(queryOf(request).get(name)));
    }

    Asked path(String parameter, String pattern) {
      return seen(parameter, (request, run) -> request.path().matches(pattern));
    }

    Asked xml(String parameter, String text) {
      return seen(
          parameter,
          (request, run) ->
              request.bodyText().contains(text)
                  && "application/xml".equals(request.header("Content-Type")));
    }

    @Override
    public String toString() {
      return kamelet + " " + parameters;
    }
  }

  private static JsonNode json(RecordedRequest request) {
    try {
      JsonNode node = JSON.readTree(request.bodyText());
      return node == null ? JSON.missingNode() : node;
    } catch (JsonProcessingException noJson) {
      return JSON.missingNode();
    }
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static Map<String, String> queryOf(RecordedRequest request) {
    Map<String, String> query = new HashMap<>();
    if (request.rawQuery() != null) {
      for (String pair : request.rawQuery().split("&")) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  static Stream<Asked> exports() {
    return Stream.of(survey(), alida(), altcraft(), commcare(), webadmit()).flatMap(List::stream);
  }

  private static List<Asked> survey() {
    String kamelet = "survey-solutions-export-source";
    String from = "2026-04-01T00:00:00Z";
    String to = "2026-05-01T00:00:00Z";
    return List.of(
        Asked.of(
                kamelet,
                "questionnaire",
                QUESTIONNAIRE,
                "exportType",
                "STATA",
                "interviewStatus",
                "ApprovedByHeadquarters",
                "from",
                from,
                "to",
                to,
                "translation",
                TRANSLATION,
                "includeMeta",
                "false",
                "paradataReduced",
                "true")
            .body("questionnaire", "/QuestionnaireId", "\"" + QUESTIONNAIRE + "\"")
            .body("exportType", "/ExportType", "\"STATA\"")
            .body("interviewStatus", "/InterviewStatus", "\"ApprovedByHeadquarters\"")
            .body("from", "/From", "\"" + from + "\"")
            .body("to", "/To", "\"" + to + "\"")
            .body("translation", "/TranslationId", "\"" + TRANSLATION + "\"")
            .body("includeMeta", "/IncludeMeta", "false")
            .body("paradataReduced", "/ParadataReduced", "true"),
        Asked.of(kamelet, "questionnaire", QUESTIONNAIRE, "from", from)
            .without("from", "/From", "/To"),
        Asked.of(kamelet, "questionnaire", QUESTIONNAIRE, "to", to).without("to", "/To", "/From"),
        Asked.of(
                kamelet,
                "questionnaire",
                QUESTIONNAIRE,
                "from",
                from,
                "incremental",
                "true",
                "windowMargin",
                "90m")
            .body("from", "/From", "\"" + from + "\"")
            .seen(
                "incremental", (request, run) -> json(request).path("To").asText().startsWith("20"))
            .seen("windowMargin", (request, run) -> endsBefore(request, "To", run, 90)),
        Asked.of(kamelet, "questionnaire", QUESTIONNAIRE, "storageType", "Dropbox")
            .body("storageType", "/StorageType", "\"Dropbox\""),
        Asked.of(kamelet, "questionnaire", QUESTIONNAIRE, "api", "v1", "exportType", "SPSS")
            .path("api", "/api/v1/export/.*/start")
            .path("exportType", "/api/v1/export/SPSS/.*/start")
            .path("questionnaire", "/api/v1/export/.*/74e2d30854914e24af6beae9be64130c%241/start"));
  }

  private static boolean endsBefore(RecordedRequest request, String member, Run run, int minutes) {
    return Instant.parse(run.id().replaceFirst(".*@", ""))
        .minus(Duration.ofMinutes(minutes))
        .truncatedTo(ChronoUnit.SECONDS)
        .toString()
        .equals(json(request).path(member).asText());
  }

  private static List<Asked> alida() {
    String kamelet = "alida-activity-export-source";
    String from = "2026-04-01T00:00:00Z";
    String to = "2026-05-01T00:00:00Z";
    String activity = AlidaSimulator.DEMO_ACTIVITY;
    return List.of(
        Asked.of(
                kamelet,
                "activityId",
                activity,
                "fieldIds",
                "q-1,q-2",
                "sinceDatetime",
                from,
                "untilDatetime",
                to)
            .path("activityId", ".*/activities/" + activity + "/responses/batch")
            .body("fieldIds", "/fieldIds", "[\"q-1\",\"q-2\"]")
            .body("sinceDatetime", "/sinceDatetime", "\"" + from + "\"")
            .body("untilDatetime", "/untilDatetime", "\"" + to + "\""),
        Asked.of(kamelet, "activityId", activity, "sinceDatetime", from)
            .without("sinceDatetime", "/sinceDatetime", "/untilDatetime"),
        Asked.of(kamelet, "activityId", activity, "untilDatetime", to)
            .without("untilDatetime", "/untilDatetime", "/sinceDatetime"),
        Asked.of(
                kamelet,
                "activityId",
                activity,
                "sinceDatetime",
                from,
                "incremental",
                "true",
                "windowMargin",
                "90m")
            .body("sinceDatetime", "/sinceDatetime", "\"" + from + "\"")
            .seen(
                "incremental",
                (request, run) -> json(request).path("untilDatetime").asText().startsWith("20"))
            .seen("windowMargin", (request, run) -> endsBefore(request, "untilDatetime", run, 90)));
  }

  private static LocalDate day(Run run, String zone) {
    return LocalDate.ofInstant(Instant.parse(run.id().replaceFirst(".*@", "")), ZoneId.of(zone));
  }

  private static boolean day(RecordedRequest request, String member, LocalDate day) {
    return json(request).path(member).asText().equals(day.toString());
  }

  private static List<Asked> altcraft() {
    String fills = "altcraft-form-fills-source";
    String fill = "altcraft-form-fill-source";
    String profiles = "altcraft-profiles-source";
    return List.of(
        Asked.of(fills, "formId", "1", "dateFrom", "2026-04-01", "dateTo", "2026-04-30")
            .body("formId", "/id", "1")
            .body("dateFrom", "/date_from", "\"2026-04-01\"")
            .body("dateTo", "/date_to", "\"2026-04-30\""),
        // So far east that the day is another one than in UTC for half of the time.
        Asked.of(fills, "formShortname", "form_6V&n=2", "period", "today", "timeZone", "Etc/GMT-14")
            .body("formShortname", "/shortname", "\"form_6V&n=2\"")
            .seen(
                "period",
                (request, run) ->
                    day(request, "date_from", day(run, "Etc/GMT-14"))
                        && day(request, "date_to", day(run, "Etc/GMT-14"))),
        Asked.of(
                fills,
                "formId",
                "1",
                "dateFrom",
                "2026-04-01",
                "incremental",
                "true",
                "windowMargin",
                "72h")
            .body("dateFrom", "/date_from", "\"2026-04-01\"")
            .seen("incremental", (request, run) -> json(request).has("date_to"))
            .seen(
                "windowMargin",
                (request, run) -> day(request, "date_to", day(run, "UTC").minusDays(4))),
        Asked.of(fills, "formId", "1", "period", "last-month", "dataFormat", "xml")
            .xml("dataFormat", "<id>1</id>")
            .xml("formId", "<id>1</id>"),
        Asked.of(
                fill,
                "formId",
                "1",
                "dbId",
                "3",
                "matching",
                "email",
                "email",
                "ann+1@example.org",
                "fileFormat",
                "json")
            .body("formId", "/id", "1")
            .body("dbId", "/db_id", "3")
            .body("matching", "/matching", "\"email\"")
            .body("email", "/email", "\"ann+1@example.org\"")
            .body("fileFormat", "/file_format", "\"json\""),
        Asked.of(
                fill,
                "formShortname",
                "other_form",
                "dbId",
                "3",
                "matching",
                "phone",
                "phone",
                "+15550100")
            .body("formShortname", "/shortname", "\"other_form\"")
            .body("matching", "/matching", "\"phone\"")
            .body("phone", "/phone", "\"+15550100\""),
        Asked.of(fill, "formId", "1", "dbId", "3", "matching", "profile_id", "profileId", "0077")
            .body("matching", "/matching", "\"profile_id\"")
            .body("profileId", "/profile_id", "\"0077\""),
        Asked.of(
                fill,
                "formId",
                "1",
                "dbId",
                "3",
                "matching",
                "custom",
                "fieldName",
                "loyalty",
                "fieldValue",
                "{x} \"7\"",
                "dataFormat",
                "xml")
            .xml("matching", "<matching>custom</matching>")
            .xml("fieldName", "<field_name>loyalty</field_name>")
            .xml("fieldValue", "<field_value>{x} \"7\"</field_value>")
            .xml("dataFormat", "<db_id>3</db_id>"),
        Asked.of(
                profiles,
                "sourceType",
                "segment",
                "sourceId",
                "7",
                "fileFormat",
                "json",
                "customRequest",
                "{\"age\": {\"$gt\": 30}}")
            .body("sourceType", "/source_type", "\"segment\"")
            .body("sourceId", "/source_id", "7")
            .body("fileFormat", "/file_format", "\"json\"")
            .body("customRequest", "/custom_request", "\"{\\\"age\\\": {\\\"$gt\\\": 30}}\""),
        Asked.of(profiles, "sourceType", "database", "sourceId", "1", "dataFormat", "xml")
            .xml("sourceType", "<source_type>database</source_type>")
            .xml("dataFormat", "<source_id>1</source_id>"));
  }

  private static List<Asked> commcare() {
    String token = "0123456789abcdef0123456789abcdef";
    return List.of(
        Asked.of(
                "commcare-form-export-source",
                "exportTag",
                "http://openrosa.org/x?y=1&z",
                "previousExport",
                token,
                "format",
                "html",
                "includeErrors",
                "true",
                "maxColumnSize",
                "17")
            .query("exportTag", "export_tag", "\"http://openrosa.org/x?y=1&z\"")
            .query("previousExport", "previous_export", token)
            .query("format", "format", "html")
            .query("includeErrors", "include_errors", "true")
            .query("maxColumnSize", "max_column_size", "17"),
        Asked.of(
                "commcare-form-export-source",
                "exportTag",
                CommCareSimulator.DEMO_FORM,
                "incremental",
                "true")
            .twice()
            .seen("incremental", (request, run) -> queryOf(request).containsKey("previous_export")),
        Asked.of(
                "commcare-custom-export-source",
                "exportId",
                CommCareSimulator.DEMO_CUSTOM,
                "from",
                "2016-04-01",
                "to",
                "2016-04-30",
                "format",
                "json",
                "onRedirect",
                "empty")
            .path("exportId", ".*/custom/" + CommCareSimulator.DEMO_CUSTOM + "/download/")
            .query("from", "startdate", "2016-04-01")
            .query("to", "enddate", "2016-04-30")
            .query("format", "format", "json"),
        Asked.of(
                "commcare-custom-export-source",
                "exportId",
                CommCareSimulator.DEMO_CUSTOM,
                "period",
                "yesterday",
                "onRedirect",
                "empty")
            .seen(
                "period",
                (request, run) ->
                    day(run, "UTC")
                            .minusDays(1)
                            .toString()
                            .equals(queryOf(request).get("startdate"))
                        && day(run, "UTC")
                            .minusDays(1)
                            .toString()
                            .equals(queryOf(request).get("enddate"))),
        Asked.of("commcare-case-export-source", "format", "html", "includeClosed", "true")
            .query("format", "format", "html")
            .query("includeClosed", "include_closed", "true"),
        Asked.of("commcare-saved-export-source", "exportId", CommCareSimulator.DEMO_SAVED)
            .path("exportId", ".*/dailysaved/download/" + CommCareSimulator.DEMO_SAVED + "/"));
  }

  private static List<Asked> webadmit() {
    String export = "webadmit-export-source";
    String pdf = "webadmit-pdf-source";
    return List.of(
        Asked.of(export, "identity", "42", "export", "86446", "callback", "true")
            .path("identity", "/api/v1/user_identities/42/exports/86446/export_files")
            .path("export", "/api/v1/user_identities/42/exports/86446/export_files")
            .seen(
                "callback",
                (request, run) ->
                    queryOf(request)
                        .getOrDefault("callback", "")
                        .startsWith("https://127.0.0.1:9/")),
        Asked.of(export, "identity", "Example University", "cycle", "2025 - 2026", "export", "1")
            .path("identity", "/api/v1/user_identities/43/exports")
            .path("cycle", "/api/v1/user_identities/43/exports"),
        Asked.of(pdf, "identity", "42", "template", "Transcripts", "callback", "true")
            .path("identity", "/api/v1/user_identities/42/pdf_manager_batches")
            .seen(
                "template",
                (request, run) ->
                    json(request).at("/pdf_manager_batch/pdf_manager_template_id").isValueNode())
            .seen(
                "callback",
                (request, run) ->
                    json(request)
                        .at("/pdf_manager_batch/callback")
                        .asText()
                        .startsWith("https://127.0.0.1:9/")),
        Asked.of(pdf, "identity", "Example University", "cycle", "2025 - 2026", "template", "1")
            .path("cycle", "/api/v1/user_identities/43/pdf_manager_templates"));
  }

  @BeforeAll
  void run_all(@TempDir Path folder) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    runtime =
        new TestRuntime(folder)
            .with("camel.server.enabled", "true")
            .with("camel.server.host", "127.0.0.1")
            .with("camel.server.port", String.valueOf(port))
            .with("callbacks.url", "https://127.0.0.1:9")
            .with("callbacks.secret", "s3cr3t-path-part");
    List<Asked> all = exports().toList();
    for (int i = 0; i < all.size(); i++) {
      connect(all.get(i), "c" + i);
      runtime.export("e" + i, yaml(all.get(i), i));
    }
    runtime.start();
    assertThat(runtime.saddlebag().exports().problems()).isEmpty();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      ids.add(runtime.request("e" + i).id());
    }
    for (int i = 0; i < all.size(); i++) {
      Run run = runtime.ended(ids.get(i));
      for (int more = 1; more < all.get(i).times(); more++) {
        run = runtime.run("e" + i);
      }
      runs.put(all.get(i), run);
    }
  }

  @AfterAll
  void stop() throws Exception {
    runtime.close();
    for (AutoCloseable vendor : vendors) {
      vendor.close();
    }
  }

  private static String yaml(Asked asked, int number) throws JsonProcessingException {
    StringBuilder yaml =
        new StringBuilder(
            "- route:\n    id: e"
                + number
                + "\n    from:\n      uri: kamelet:"
                + asked.kamelet()
                + "\n      parameters:\n        connection: c"
                + number
                + "\n");
    for (Map.Entry<String, String> parameter : asked.parameters().entrySet()) {
      yaml.append("        ").append(parameter.getKey()).append(": ");
      yaml.append(JSON.writeValueAsString(parameter.getValue())).append('\n');
    }
    return yaml.append("      steps:\n        - to: direct:to-folder\n").toString();
  }

  private void connect(Asked asked, String name) {
    Clock clock = Clock.systemUTC();
    String kamelet = asked.kamelet();
    StorageSimulator storage = new StorageSimulator(clock, 0);
    Simulator api;
    if (kamelet.startsWith("survey")) {
      var survey =
          new SurveySolutionsSimulator(clock, storage, 0)
              .pace(Duration.ofMillis(20))
              .afterFailure(Duration.ofMillis(20));
      api = "v1".equals(asked.parameters().get("api")) ? survey.v1Only(false) : survey;
      runtime.with(name + ".user", "exporter");
      runtime.with(name + ".password", SurveySolutionsSimulator.DEMO_PASSWORD);
      runtime.with(name + ".access-token", "token-of-a-cloud");
    } else if (kamelet.startsWith("alida")) {
      api = new AlidaSimulator(clock, storage, 0).pace(Duration.ofMillis(20));
      runtime.with(name + ".community", AlidaSimulator.DEMO_COMMUNITY);
      runtime.with(name + ".client-id", AlidaSimulator.DEMO_CLIENT_ID);
      runtime.with(name + ".client-secret", AlidaSimulator.DEMO_CLIENT_SECRET);
    } else if (kamelet.startsWith("altcraft")) {
      api = new AltcraftSimulator(clock, 0).pace(Duration.ofMillis(20));
      runtime.with(name + ".token", AltcraftSimulator.DEMO_TOKEN);
    } else if (kamelet.startsWith("commcare")) {
      api = new CommCareSimulator(clock, 0);
      runtime.with(name + ".domain", CommCareSimulator.DEMO_DOMAIN);
      runtime.with(name + ".user", CommCareSimulator.DEMO_USER);
      runtime.with(name + ".password", CommCareSimulator.DEMO_PASSWORD);
      runtime.with(name + ".api-key", CommCareSimulator.DEMO_API_KEY);
    } else {
      WebAdmitSimulator webadmit = new WebAdmitSimulator(clock, storage, 0);
      webadmit.identity(43, "Example University", "2025 - 2026");
      api = webadmit;
      runtime.with(name + ".api-key", WebAdmitSimulator.DEMO_KEY);
    }
    storage.start();
    api.start();
    vendors.add(api);
    vendors.add(storage);
    apis.put(asked, api);
    runtime.with(name + ".server", api.uri().toString());
    if (!kamelet.startsWith("commcare") && !kamelet.startsWith("altcraft")) {
      runtime.with(name + ".storage-hosts", "localhost");
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void what_is_written_is_asked_for(Asked wanted) {
    Asked asked =
        runs.keySet().stream()
            .filter(one -> one.toString().equals(wanted.toString()))
            .findFirst()
            .orElseThrow();
    List<RecordedRequest> requests = apis.get(asked).requests();

    asked
        .seen()
        .forEach(
            (parameter, where) ->
                assertThat(requests)
                    .as(
                        "%s in the requests of %s: %s",
                        parameter,
                        runs.get(asked),
                        requests.stream()
                            .map(request -> request + " " + request.bodyText())
                            .distinct()
                            .toList())
                    .anyMatch(request -> where.test(request, runs.get(asked))));
  }

  static Stream<Kamelet> kamelets() {
    return new Kamelets(List.of(Path.of("routes/vendors"))).all().stream();
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void every_declared_parameter_is_looked_for_or_is_ours(Kamelet kamelet) {
    Set<String> known = new HashSet<>();
    exports()
        .filter(asked -> asked.kamelet().equals(kamelet.name()))
        .forEach(asked -> known.addAll(asked.seen().keySet()));
    OURS.keySet().forEach(name -> known.add(name.replace(kamelet.name() + "/", "")));

    assertThat(kamelet.parameters().keySet())
        .as("add to this test how %s reaches the vendor", kamelet.name())
        .isSubsetOf(known);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void what_is_looked_for_could_not_be_there_anyway(Asked asked) {
    Kamelet kamelet = new Kamelets(List.of(Path.of("routes/vendors"))).get(asked.kamelet());
    for (String parameter : asked.seen().keySet()) {
      assertThat(asked.parameters()).containsKey(parameter);
    }
    // With a default the same would be asked without the parameter, unless its value differs.
    Set<String> different = new HashSet<>();
    exports()
        .filter(one -> one.kamelet().equals(asked.kamelet()))
        .forEach(
            one ->
                one.seen()
                    .keySet()
                    .forEach(
                        parameter -> {
                          Declared declared = kamelet.parameters().get(parameter);
                          if (!one.parameters().get(parameter).equals(declared.defaultValue())) {
                            different.add(parameter);
                          }
                        }));
    assertThat(different).containsAll(asked.seen().keySet());
  }
}
