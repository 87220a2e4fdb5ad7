package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.alida.AlidaDocument;
import io.saddlebag.simulator.alida.AlidaSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/recipes/alida-tables.md, run from vendor to folder. */
class AlidaTablesTest {
  private static final long LARGE = Long.getLong("alida.mib", 100) << 20;

  @TempDir Path folder;
  private StorageSimulator storage;
  private AlidaSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void start() throws IOException {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor = new AlidaSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(20));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("shaping.folder", folder.resolve("shaping").toString())
            .with("community.server", vendor.uri().toString())
            .with("community.community", AlidaSimulator.DEMO_COMMUNITY)
            .with("community.client-id", AlidaSimulator.DEMO_CLIENT_ID)
            .with("community.client-secret", AlidaSimulator.DEMO_CLIENT_SECRET)
            .with("community.storage-hosts", "localhost");
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
    storage.close();
  }

  private static String recipe(String id) throws IOException {
    for (String block : Recipe.of("alida-tables").blocks("yaml", "")) {
      if (block.contains("id: " + id + "\n")) {
        return quick(block);
      }
    }
    throw new AssertionError("docs/recipes/alida-tables.md has no recipe " + id);
  }

  /** A test does not wait as long as a user may. */
  private static String quick(String yaml) {
    return yaml.replaceFirst("( +)(activityId: .*)\n", "$1$2\n$1pollMin: 20ms\n$1pollMax: 50ms\n");
  }

  private Run run(String id) throws Exception {
    runtime.export(id, recipe(id)).start();
    assertThat(runtime.saddlebag().problems()).isEmpty();
    Run run = runtime.run(id);
    assertThat(run.state()).as(run.failureMessage()).isEqualTo(RunState.DELIVERED);
    return run;
  }

  private List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("shaping"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void the_wide_recipe_delivers_a_table_and_leaves_the_original_alone() throws Exception {
    run("product-poll-table");

    assertThat(runtime.delivered())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.toString()).endsWith(".csv");
              assertThat(Files.readString(file))
                  .isEqualTo(
                      """
                      ownerId,lastUpdateDate,Q1_Taste,Q1_Price,Q1_Look,Q2,Q2 (2),"Channels, ""all\""",Score,RespondentLocale,Visited,Card,f-99
                      m-1,2026-01-15T10:00:00Z,Good,SKIPPED,,***,,Mail;'=cmd|' /C calc'!A0,3.0,,,,
                      m-2,2026-01-15T10:01:00Z,,,,,,c-9,1e21,,2026-01-15T10:00:00Z,0049,***
                      m-3,2026-01-15T10:02:00Z,,,,,,,,,,,
                      """);
              assertThat(Path.of(file + ".receipt.json"))
                  .content()
                  .contains("\"bytes\" : " + Files.size(file))
                  .containsPattern("\"name\" : \"[0-9a-f-]{36}\\.csv\"")
                  .contains("\"sha256\" : \"" + sha256(file) + "\",\n  \"original\" : {")
                  .containsPattern("\"name\" : \"[0-9a-f-]{36}\\.json\"");
            });
    assertThat(copies()).isEmpty();
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  @Test
  void the_long_recipe_delivers_answers_and_codebook() throws Exception {
    run("product-poll-long");

    assertThat(runtime.delivered()).hasSize(2);
    String codebook = Files.readString(runtime.delivered().get(0));
    String answers = Files.readString(runtime.delivered().get(1));
    assertThat(codebook)
        .startsWith("fieldId,fieldName,description,dataType,groupName,")
        .contains("f-1,Q1_Taste,Rate the <b>product</b>,enum,Q1,false,false,false,true,o-2,Good,\n")
        .contains("f-8,RespondentLocale,Locale,string,,false,false,true,false,,,\n");
    assertThat(answers)
        .startsWith(
            "ownerId,lastUpdateDate,fieldId,fieldName,groupName,valueIndex,valueId,value,state\n"
                + "m-1,2026-01-15T10:00:00Z,f-1,Q1_Taste,Q1,1,o-2,Good,answered\n"
                + "m-1,2026-01-15T10:00:00Z,f-2,Q1_Price,Q1,,,,skipped\n")
        .contains("m-2,2026-01-15T10:01:00Z,f-1,Q1_Taste,Q1,,,,answered\n")
        .contains("m-2,2026-01-15T10:01:00Z,f-99,,,1,,an answer to a deleted question,answered\n")
        .contains("m-3,2026-01-15T10:02:00Z,f-10,Card,,,,,notseen\n");
  }

  @Test
  void the_recipe_of_lines_delivers_each_record_as_it_stands() throws Exception {
    run("product-poll-lines");

    assertThat(Files.readAllLines(runtime.delivered().get(0)))
        .hasSize(3)
        .anyMatch(line -> line.contains("{\"id\":\"f-7\",\"values\":[1e21]}"))
        .last()
        .isEqualTo(
            "{\"ownerId\":\"m-3\",\"lastUpdateDate\":\"2026-01-15T10:02:00Z\",\"fields\":[]}");
  }

  @Test
  void lines_leave_sensitive_answers_out_when_they_are_told_to() throws Exception {
    runtime
        .export(
            "product-poll-lines",
            recipe("product-poll-lines")
                .replace(
                    "kamelet:alida-to-ndjson-action",
                    "kamelet:alida-to-ndjson-action, parameters: {sensitive: drop}"))
        .start();

    assertThat(runtime.run("product-poll-lines").state()).isEqualTo(RunState.DELIVERED);

    assertThat(Files.readString(runtime.delivered().get(0)))
        .contains("{\"id\":\"f-7\",\"values\":[1e21]}")
        .doesNotContain("f-99", "an answer to a deleted question");
  }

  @Test
  void parameters_reach_the_table_through_the_kamelet() throws Exception {
    runtime
        .export(
            "poll",
            quick(
                """
                - route:
                    id: poll
                    from:
                      uri: kamelet:alida-activity-export-source
                      parameters:
                        connection: community
                        activityId: 3f2c8a10-0000-4000-8000-000000000011
                      steps:
                        - to:
                            uri: kamelet:alida-to-csv-action
                            parameters:
                              headers: id
                              values: ids
                              sets: columns
                              skipped: '\\N'
                              notShown: " N&A\\t"
                              sensitive: drop
                              hidden: drop
                              system: drop
                              bom: true
                              lineEnd: crlf
                        - log: "${variable.tableSummary[records]} records"
                        - to: direct:to-folder
                """))
        .start();
    assertThat(runtime.run("poll").state()).isEqualTo(RunState.DELIVERED);

    assertThat(Files.readString(runtime.delivered().get(0)))
        .isEqualTo(
            "\uFEFF"
                + """
                ownerId,lastUpdateDate,f-1,f-2,f-3,f-5,f-6[c-1],f-6[c-2],f-6[c-9],f-9,f-10
                m-1,2026-01-15T10:00:00Z,o-2,\\N, N&A\t, N&A\t,1,1,0, N&A\t, N&A\t
                m-2,2026-01-15T10:01:00Z,, N&A\t, N&A\t, N&A\t,0,0,1,2026-01-15T10:00:00Z,0049
                m-3,2026-01-15T10:02:00Z, N&A\t, N&A\t, N&A\t, N&A\t, N&A\t, N&A\t, N&A\t, N&A\t, N&A\t
                """
                    .replace("\n", "\r\n"));
  }

  @Test
  void every_parameter_is_in_the_vendors_page() throws IOException {
    String page = Files.readString(Path.of("docs/vendors/alida.md"));
    for (String name :
        List.of("alida-to-csv-action", "alida-codebook-action", "alida-to-ndjson-action")) {
      assertThat(page).contains("`" + name + "`");
      Matcher parameters =
          Pattern.compile("^      (\\w+):$", Pattern.MULTILINE)
              .matcher(
                  Files.readString(Path.of("routes/delivery/" + name + ".kamelet.yaml"))
                      .replaceFirst("(?s)  dependencies:.*", ""));
      while (parameters.find()) {
        assertThat(page).contains("`" + parameters.group(1) + "`");
      }
    }
  }

  @Test
  void words_that_mean_nothing_are_refused_with_those_that_do() {
    AlidaTables tables = new AlidaTables("unused");

    assertThatThrownBy(() -> tables.setHeaders("title"))
        .hasMessage("headers is title: use one of name, description, id");
    assertThatThrownBy(() -> tables.setShape("tall")).hasMessageContaining("use wide or long");
    assertThatThrownBy(() -> tables.setHidden("no")).hasMessageContaining("use keep or drop");
  }

  @Test
  void a_document_cut_short_delivers_nothing() throws Exception {
    Path cut =
        Files.writeString(folder.resolve("cut.json"), "{\"definition\": {}, \"records\": [{");
    AlidaTables tables = new AlidaTables(folder.resolve("shaping").toString());
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.start();
      Exchange exchange = new DefaultExchange(camel);
      exchange.getMessage().setBody(cut.toFile());

      assertThatThrownBy(() -> tables.toCsv(exchange)).isInstanceOf(UnreadableDocument.class);
      assertThat(exchange.getMessage().getBody()).isEqualTo(cut.toFile());
      exchange.getMessage().setBody("{}");
      assertThatThrownBy(() -> tables.toCsv(exchange)).hasMessageContaining("no definition");
      exchange.getMessage().setBody(null);
      assertThatThrownBy(() -> tables.toCsv(exchange))
          .hasMessageContaining("holds nothing and no file");
    }
  }

  @Test
  void a_body_larger_than_the_heap_becomes_a_table() throws Exception {
    Body document = AlidaDocument.large(LARGE);
    vendor.document(document);
    runtime.export("product-poll-table", recipe("product-poll-table"));

    try (ChildProcess child =
        ChildProcess.start(
            folder, "64m", runtime.properties(), Map.of(), "run", "product-poll-table")) {
      assertThat(child.exitCode(60)).as(child.out() + child.err()).isZero();
    }

    List<String> ends = new ArrayList<>();
    long rows = 0;
    try (BufferedReader table =
        Files.newBufferedReader(runtime.delivered().get(0), StandardCharsets.UTF_8)) {
      for (String row = table.readLine(); row != null; row = table.readLine()) {
        if (rows++ < 2) {
          ends.add(row);
        }
      }
    }
    assertThat(ends).last().isEqualTo("m-1,2026-01-15T10:00:00Z,Good,,,***,,,,,,");
    assertThat(rows).isGreaterThan(LARGE / 200);
  }
}
