package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.RawServer;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A vendor whose links and redirects are odd, as those of real servers are. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedirectsTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final Pattern EXPORT = Pattern.compile("/(?:exports|f|got|export_files)/?(\\d+)");

  /** What a redirect's Location says, and which target is then asked for. */
  private static final Map<Integer, List<String>> FOLLOWED =
      Map.ofEntries(
          Map.entry(101, List.of("got/101 a file.csv", "/f/got/101%20a%20file.csv")),
          Map.entry(102, List.of("?dl=1", "/f/102?dl=1")),
          Map.entry(
              103,
              List.of(
                  "/got/103-\u043E\u0442\u0447\u0451\u0442",
                  "/got/103-%D0%BE%D1%82%D1%87%D1%91%D1%82")),
          Map.entry(104, List.of("//HOST/got/104", "/got/104")),
          Map.entry(105, List.of("../got/105", "/got/105")),
          Map.entry(106, List.of("HTTP://HOST/got/106#part?x", "/got/106")),
          Map.entry(
              107, List.of("/got/107?a=%zz&b={x}|\"<>", "/got/107?a=%zz&b=%7Bx%7D%7C%22%3C%3E")),
          Map.entry(
              108, List.of("/got/108?s=a%2Bb+c/%2f~'()!*;=", "/got/108?s=a%2Bb+c/%2f~'()!*;=")),
          Map.entry(109, List.of("\\got\\109", "/got/109")),
          Map.entry(
              110,
              List.of(
                  "/got/110?next=https://evil.example/", "/got/110?next=https://evil.example/")),
          Map.entry(111, List.of("/f/../got/./111", "/got/111")));

  /** What a link in the vendor's answer says, and which target is then asked for. */
  private static final Map<Integer, List<String>> LINKS =
      Map.of(
          201,
              List.of(
                  "http://HOST/got/201/\u043E\u0442\u0447\u0451\u0442.csv?k=1",
                  "/got/201/%D0%BE%D1%82%D1%87%D1%91%D1%82.csv?k=1"),
          202, List.of("http://HOST/got/202 b.csv?k=1 2#part", "/got/202%20b.csv?k=1%202"),
          203, List.of("/got/203?k=1", "/got/203?k=1"),
          204, List.of("got/204?k=1", "/api/v1/exports/204/export_files/got/204?k=1"),
          205, List.of(" http://HOST/got/2\\n05?k=\\t1 ", "/got/205?k=1"));

  @TempDir static Path folder;
  private RawServer storage;
  private RawServer vendor;
  private TestRuntime runtime;

  @BeforeAll
  void start() throws Exception {
    storage =
        new RawServer(
            peer -> {
              while (peer.request() != null) {
                peer.answer("200 OK", "id\n1\n", "Content-Type: text/csv");
              }
            });
    vendor = new RawServer(this::talk);
    runtime =
        new TestRuntime(folder)
            .with("admissions.server", vendor.address())
            .with("admissions.api-key", KEY)
            .with("admissions.storage-hosts", "localhost");
    for (int id = 100; id < 420; id++) {
      if (FOLLOWED.containsKey(id) || LINKS.containsKey(id) || id >= 300) {
        runtime.export(
            "e" + id,
            "- route:\n    id: e"
                + id
                + "\n    from:\n      uri: kamelet:webadmit-export-source\n      parameters:"
                + " {connection: admissions, identity: 42, export: "
                + id
                + ", fileType: text, pollMin: 20ms, pollMax: 50ms}\n      steps:\n"
                + "        - to: direct:to-folder\n");
        if (id >= 312) {
          break;
        }
      }
    }
    runtime.start();
  }

  @AfterAll
  void stop() throws Exception {
    runtime.close();
    vendor.close();
    storage.close();
  }

  private void talk(RawServer.Peer peer) throws IOException {
    for (String request = peer.request(); request != null; request = peer.request()) {
      String target = request.substring(request.indexOf(' ') + 1, request.indexOf(" HTTP/"));
      Matcher matcher = EXPORT.matcher(target);
      int id = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
      if (request.startsWith("POST ")) {
        json(peer, "201 Created", "\"status\": \"Queued\"", id);
      } else if (target.contains("/got/") || target.contains("dl=1")) {
        peer.answer("200 OK", "id\n1\n", "Content-Type: text/csv");
      } else if (target.startsWith("/api/")) {
        String link = LINKS.containsKey(id) ? LINKS.get(id).get(0) : "http://HOST/f/" + id + "?k=1";
        json(peer, "200 OK", "\"status\": \"Available\", \"download_url\": \"" + link + "\"", id);
      } else {
        redirect(peer, id);
      }
    }
  }

  private void json(RawServer.Peer peer, String status, String members, int id) throws IOException {
    String text =
        "{\"export_files\": {\"id\": " + id + ", \"export_id\": " + id + ", " + members + "}}";
    peer.answer(status, bytes(text), "Content-Type: application/json");
  }

  private void redirect(RawServer.Peer peer, int id) throws IOException {
    switch (id) {
      case 300 -> peer.answer("302 Found", "");
      case 301 -> peer.answer("302 Found", "", "Location:");
      case 302 -> peer.answer("302 Found", "", "Location: /got/1", "Location: /got/2");
      case 303 -> peer.answer("300 Multiple Choices", "", "Location: /got/303");
      case 304 -> peer.answer("304 Not Modified", "", "Location: /got/304");
      case 305 -> peer.answer("305 Use Proxy", "", "Location: /got/305");
      case 306 -> peer.answer("302 Found", "", "Location: http:/got/306");
      case 307 -> peer.answer("302 Found", "", bytes("Location: http://x@HOST/got/307"));
      case 308 -> peer.answer("302 Found", "", "Location: https://evil.example\\@127.0.0.1/");
      case 309 -> peer.answer("302 Found", "", "Location: #part");
      case 310 -> peer.answer("302 Found", "", "Location: /got/310", "Location: /got/310");
      case 311 ->
          peer.answer(
              "307 Temporary Redirect", "", "Location: //localhost:" + storage.port() + "/got/311");
      case 312 -> peer.answer("302 Found", "", "Location: /got/312-caf\u00E9");
      default -> peer.answer("302 Found", "", bytes("Location: " + FOLLOWED.get(id).get(0)));
    }
  }

  /** The bytes of a text in UTF-8, one character for each. */
  private String bytes(String text) {
    return new String(
        text.replace("HOST", "127.0.0.1:" + vendor.port()).getBytes(StandardCharsets.UTF_8),
        StandardCharsets.ISO_8859_1);
  }

  private Run run(int id) {
    return runtime.run("e" + id);
  }

  private void assertDelivered(Run run) {
    assertThat(run.state()).as("%s", run.failureMessage()).isEqualTo(RunState.DELIVERED);
  }

  private List<String> asked(String part) {
    return vendor.requests().stream()
        .filter(request -> request.startsWith("GET "))
        .map(request -> request.substring(4, request.indexOf(" HTTP/")))
        .filter(target -> target.contains(part))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111})
  void a_redirect_is_resolved_against_the_address_that_redirected(int id) {
    assertDelivered(run(id));

    String wanted = FOLLOWED.get(id).get(1);
    assertThat(asked(String.valueOf(id))).contains(wanted);
    assertThat(vendor.requests())
        .filteredOn(request -> request.startsWith("GET " + wanted + " "))
        .allMatch(request -> KEY.equals(RawServer.header(request, "x-api-key")));
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 202, 203, 204, 205})
  void a_link_in_an_answer_is_resolved_against_the_request(int id) {
    assertDelivered(run(id));

    assertThat(asked("got/" + id)).containsExactly(LINKS.get(id).get(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 305, 306, 307, 308, 309})
  void a_redirect_that_leads_nowhere_is_refused_by_name(int id) {
    Run run = run(id);

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.FAILED);
    assertThat(run.failure())
        .as("%s", run.failureMessage())
        .isEqualTo(id == 306 || id == 307 ? "LINK_REFUSED" : "REDIRECT_REFUSED");
    if (id >= 303 && id <= 305) {
      assertThat(run.failureMessage()).contains("(" + (id == 303 ? 300 : id) + ")");
    }
    assertThat(asked("/got/" + id)).isEmpty();
  }

  @Test
  void the_same_location_twice_is_one() {
    assertDelivered(run(310));
  }

  @Test
  void credentials_do_not_follow_to_a_host_that_is_named_without_a_scheme() {
    assertDelivered(run(311));

    assertThat(storage.requests())
        .isNotEmpty()
        .allMatch(request -> RawServer.header(request, "x-api-key") == null);
  }

  @Test
  void bytes_of_a_location_that_are_no_utf8_stay_what_they_are() {
    assertDelivered(run(312));

    assertThat(asked("got/312")).containsExactly("/got/312-caf%E9");
  }
}
