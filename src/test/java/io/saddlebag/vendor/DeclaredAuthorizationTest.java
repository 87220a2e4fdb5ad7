package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.RawServer;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ways to prove who one is that a Kamelet declares, as docs/adding-a-vendor.md says. */
class DeclaredAuthorizationTest {
  private static final String SECRET = "s3cr3t{user}$1-of-acme";

  @TempDir Path folder;

  /** Acme, its file on another host, and a refusal that repeats what it was sent. */
  private RawServer acme(RawServer files, boolean refuses) throws Exception {
    return new RawServer(
        peer -> {
          for (String request = peer.request(); request != null; request = peer.request()) {
            if (refuses) {
              peer.answer("400 Bad Request", "cannot use " + request.replaceAll("[\r\n]+", " "));
            } else if (request.startsWith("POST /exports ")) {
              peer.answer("201 Created", "{\"id\": 7}", "Content-Type: application/json");
            } else if (request.startsWith("GET /exports/7 ")) {
              peer.answer(
                  "200 OK",
                  "{\"state\": \"served\", \"file\": \"//localhost:" + files.port() + "/7\"}",
                  "Content-Type: application/json");
            } else {
              peer.answer("404 Not Found", "");
            }
          }
        });
  }

  private static RawServer files() throws Exception {
    return new RawServer(
        peer -> {
          while (peer.request() != null) {
            peer.answer("200 OK", "dish\nsoup\n", "Content-Type: text/csv");
          }
        });
  }

  private TestRuntime runtime(RawServer acme, String headers) throws Exception {
    TestRuntime runtime = new TestRuntime(folder);
    Path resources = Path.of("src/test/resources/adding-a-vendor");
    Path vendors = runtime.routes().resolve("vendors");
    Files.copy(resources.resolve("acme.camel.yaml"), vendors.resolve("acme.camel.yaml"));
    String kamelet = Files.readString(resources.resolve("acme-menu-source.kamelet.yaml"));
    Files.writeString(
        vendors.resolve("acme-menu-source.kamelet.yaml"),
        kamelet
            .replace("default: bearer", "default: acme")
            .replace("enum: [bearer]", "enum: [acme]")
            .replace(
                "        token:\n",
                """
                        user: {title: User, description: The user, type: string}
                        storage-hosts: {title: Hosts, description: Other hosts, type: string}
                        pass: {title: Pass, description: The secret, type: string, format: password}
                        token:
                """)
            .replace(
                "    x-connection:\n",
                "    x-connection:\n      x-authorization:\n        acme: {" + headers + "}\n"));
    return runtime
        .with("kitchen.server", acme.address())
        .with("kitchen.user", "cook")
        .with("kitchen.pass", SECRET)
        .with("kitchen.storage-hosts", "localhost")
        .export(
            "menu",
            """
            - route:
                id: menu
                from:
                  uri: kamelet:acme-menu-source
                  parameters: {connection: kitchen, course: soup}
                  steps:
                    - to: direct:to-folder
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Authorization: 'SSWS {pass}' ; Authorization ; SSWS SECRET",
        "Authorization: 'Token token={pass}' ; Authorization ; Token token=SECRET",
        "Authorization: '{pass}' ; Authorization ; SECRET",
        "X-Acme-Key: 'key-{pass}' ; X-Acme-Key ; key-SECRET",
        "X-Acme-User: '{user}', X-Acme-Key: '{pass}' ; X-Acme-User ; cook",
        "X-Acme-User: '{user}', X-Acme-Key: '{pass}' ; X-Acme-Key ; SECRET",
        "Authorization: 'Basic {base64({user}/token:{pass})}' ; Authorization ;"
            + " Basic Y29vay90b2tlbjpzM2NyM3R7dXNlcn0kMS1vZi1hY21l"
      })
  void headers_that_a_kamelet_declares_go_to_the_vendor_and_to_no_other_host(
      String headers, String name, String value) throws Exception {
    try (RawServer files = files();
        RawServer acme = acme(files, false);
        TestRuntime runtime = runtime(acme, headers)) {
      runtime.start();

      Run run = runtime.run("menu");

      assertThat(run.state()).as("%s", run.failureMessage()).isEqualTo(RunState.DELIVERED);
      assertThat(acme.requests())
          .isNotEmpty()
          .allMatch(
              request -> value.replace("SECRET", SECRET).equals(RawServer.header(request, name)));
      assertThat(files.requests())
          .isNotEmpty()
          .allMatch(request -> RawServer.header(request, name) == null)
          .noneMatch(request -> request.contains(SECRET));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"X-Acme-Key: 'key-{pass}'", "Authorization: 'Acme {base64({user}/token:{pass})}'"})
  void a_declared_secret_that_is_repeated_in_a_refusal_is_masked(String headers) throws Exception {
    try (RawServer files = files();
        RawServer acme = acme(files, true);
        TestRuntime runtime = runtime(acme, headers)) {
      runtime.start();

      Run run = runtime.run("menu");

      assertThat(run.failure()).isEqualTo("REQUEST_REFUSED");
      assertThat(run.failureMessage())
          .contains("cannot use")
          .doesNotContain(SECRET)
          .doesNotContain("Y29vay90b2tlbjpzM2NyM3R7");
    }
  }

  @Test
  void a_secret_that_no_header_can_hold_is_not_sent_and_not_shown() throws Exception {
    try (RawServer files = files();
        RawServer acme = acme(files, false);
        TestRuntime runtime = runtime(acme, "X-Acme-Key: '{pass}'")) {
      runtime.with("kitchen.pass", "se\u0442ret-word").start();

      Run run = runtime.run("menu");

      assertThat(acme.requests()).isEmpty();
      assertThat(run.failure()).isEqualTo("CREDENTIALS_UNUSABLE");
      assertThat(run.failureMessage()).contains("kitchen", "X-Acme-Key").doesNotContain("ret-word");
    }
  }
}
