package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What files are called that come over a socket, with headers in bytes as vendors send them. */
class VendorFileNamesTest {
  private static final String LONG = "документ-".repeat(40);

  @TempDir Path folder;

  /**
   * A file and its name.
   *
   * @param link the last segment of its link
   * @param disposition the header, in UTF-8 on the wire; null for none
   * @param name what it is to be called
   */
  private record Named(String link, String disposition, String name) {}

  private static final List<Named> FILES =
      List.of(
          new Named("1", "attachment; filename=\"résultats été.csv\"", "résultats été.csv"),
          new Named("2", "attachment; filename=отчёт за май.csv", "отчёт за май.csv"),
          new Named("3", "attachment; filename=\"=?UTF-8?B?0L7RgtGH0ZHRgi5jc3Y=?=\"", "отчёт.csv"),
          new Named("4", "attachment; filename=x.csv; filename*=UTF-8''%E2%82%AC.csv", "€.csv"),
          new Named("5", "attachment; filename=\"..%2F..%2Fa\u0085b.csv\"", "ab.csv"),
          new Named("6", "attachment; filename=\"a\u202Evsc.exe\"", "avsc.exe"),
          new Named("soup%20of%20the%20day.csv?sig=a%2Fb", null, "soup of the day.csv"),
          new Named("%D1%81%D1%83%D0%BF.csv", "attachment", "суп.csv"),
          new Named("9", null, "9.csv"),
          new Named(
              "10",
              "attachment; filename=\"" + LONG + ".csv.zip\"",
              "документ-документ-.*~[0-9a-f]{8}[.]csv[.]zip"),
          new Named("index.php?id=3", null, "menu.csv"),
          new Named("moved", null, "final%20name.csv".replace("%20", " ")));

  /** Hands out the files of the list, by the table that they are ordered for. */
  private static final class Kitchen extends Simulator {
    Kitchen() {
      super("127.0.0.1", 0, Clock.systemUTC());
    }

    @Override
    protected boolean answer(Call call) throws IOException {
      String target = call.request().target();
      if (target.startsWith("/exports") && call.request().method().equals("POST")) {
        return call.text(
            201, "application/json", "{\"id\": " + call.json().path("table").asInt() + "}");
      }
      if (target.startsWith("/exports/")) {
        int table = Integer.parseInt(target.substring("/exports/".length()));
        return call.text(
            200,
            "application/json",
            "{\"state\": \"served\", \"file\": \"/files/" + FILES.get(table).link() + "\"}");
      }
      if (target.equals("/files/moved")) {
        return call.header("Location", "/files/final%20name.csv").empty(302);
      }
      for (Named file : FILES) {
        if (target.equals("/files/" + file.link()) && file.disposition() != null) {
          byte[] raw = file.disposition().getBytes(StandardCharsets.UTF_8);
          call.header("Content-Disposition", new String(raw, StandardCharsets.ISO_8859_1));
        }
      }
      return call.bytes(200, "text/csv", Body.of("dish\nsoup\n".getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void files_are_called_as_their_vendors_mean_it_and_nothing_else() throws Exception {
    try (Kitchen vendor = new Kitchen();
        TestRuntime runtime = new TestRuntime(folder)) {
      vendor.start();
      for (String file : new String[] {"acme.camel.yaml", "acme-menu-source.kamelet.yaml"}) {
        Files.copy(
            Path.of("src/test/resources/adding-a-vendor", file),
            runtime.routes().resolve("vendors").resolve(file));
      }
      runtime
          .with("kitchen.server", vendor.uri().toString())
          .with("kitchen.token", "a-token-of-acme");
      for (int i = 0; i < FILES.size(); i++) {
        runtime.export("menu" + i, export(i));
      }
      runtime.start();
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < FILES.size(); i++) {
        ids.add(runtime.request("menu" + i).id());
      }

      SoftAssertions all = new SoftAssertions();
      for (int i = 0; i < FILES.size(); i++) {
        Run run = runtime.ended(ids.get(i));
        String expected = FILES.get(i).name();
        all.assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
        all.assertThat(runtime.saddlebag().ledger().receipts().of(run.id()).get(0).name())
            .as("%s", FILES.get(i))
            .satisfiesAnyOf(
                name -> assertThat(name).isEqualTo(expected),
                name -> assertThat(name).matches(expected));
      }
      all.assertAll();
      assertThat(runtime.delivered()).hasSize(FILES.size());
    }
  }

  private static String export(int number) {
    return """
    - route:
        id: menu%d
        from:
          uri: kamelet:acme-menu-source
          parameters: {connection: kitchen, course: soup, table: %d}
          steps:
            - to: direct:to-folder
    """
        .formatted(number, number);
  }
}
