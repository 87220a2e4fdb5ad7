package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Fault;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A vendor, or someone in between, who means harm. */
class HostileVendorTest {
  private static final String EXPORT = "wanted";
  private static final String STATUS = "/api/v1/exports/86446/export_files/\\d+";

  @TempDir Path folder;
  private StorageSimulator storage;
  private WebAdmitSimulator vendor;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    storage = new StorageSimulator(Clock.systemUTC(), 0);
    storage.start();
    vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(10));
    vendor.start();
    runtime =
        new TestRuntime(folder)
            .with("admissions.server", vendor.uri().toString())
            .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
            .with("admissions.storage-hosts", "localhost");
    runtime.export(
        EXPORT,
        """
        - route:
            id: wanted
            from:
              uri: kamelet:webadmit-export-source
              parameters: {connection: admissions, identity: 42, export: 86446, fileType: text, pollMin: 20ms, pollMax: 50ms}
              steps:
                - to: direct:to-folder
        """);
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
    storage.close();
  }

  private Run run() throws Exception {
    runtime.start();
    return runtime.run(EXPORT);
  }

  private List<String> failures(Run run) {
    return runtime.saddlebag().ledger().history().failures(run.id()).stream()
        .map(FailureRecord::name)
        .toList();
  }

  private void assertFailed(Run run, String name) throws IOException {
    assertThat(run.state())
        .as("%s %s", failures(run), run.failureMessage())
        .isEqualTo(RunState.FAILED);
    assertThat(run.failure()).as("%s", run.failureMessage()).isEqualTo(name);
    assertThat(runtime.delivered()).isEmpty();
  }

  private static void assertPrintable(String text) {
    assertThat(text).doesNotContainPattern("[\\p{Cntrl}&&[^\\n\\t]]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../../../tmp/escaped.csv",
        "..\\..\\escaped.csv",
        "/etc/cron.d/escaped",
        "C:\\windows\\escaped.csv",
        "....//....//escaped.csv",
        "%2e%2e%2fescaped.csv",
        "nul\u0000byte.csv",
        "bell\u0007\u001b[31mred.csv",
        "\u202egpj.csv",
        ".hidden",
        "-rf"
      })
  void a_name_never_leaves_the_folder_and_never_commands_a_terminal(String name) throws Exception {
    String disposition = "attachment; filename=\"" + name.replaceAll("[\\p{Cntrl}]", "?") + "\"";
    String encoded =
        "; filename*=UTF-8''"
            + java.net.URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    storage
        .faults()
        .always(
            "GET",
            "/.*",
            call ->
                call.header("Content-Disposition", disposition + encoded)
                    .text(200, "text/plain", "1000001 Garcia"));

    Run run = run();

    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.DELIVERED);
    StagedFile file = runtime.saddlebag().ledger().receipts().of(run.id()).get(0);
    assertPrintable(file.name());
    assertThat(file.name()).doesNotContain("/", "\\").doesNotStartWith(".").doesNotStartWith("-");
    assertThat(file.path().toRealPath()).startsWith(folder.toRealPath());
    assertThat(runtime.delivered().get(0).toRealPath()).startsWith(runtime.out().toRealPath());
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(path -> path.getFileName().toString().contains("escaped")))
          .allMatch(path -> path.startsWith(runtime.out()) || path.toString().contains("staging"));
    }
  }

  @Test
  void a_status_with_terminal_escapes_is_kept_without_them() throws Exception {
    vendor.endsWith("\u001b]0;owned\u0007\u001b[2JGloriously\r\nDone");
    runtime.export(
        EXPORT,
        Files.readString(runtime.routes().resolve("exports/wanted.camel.yaml"))
            .replace("pollMin: 20ms", "deadline: 500ms, pollMin: 20ms"));

    Run run = run();

    assertFailed(run, "DEADLINE");
    assertPrintable(String.valueOf(run.vendorStatus()));
    assertPrintable(String.valueOf(run.failureMessage()));
    runtime
        .saddlebag()
        .ledger()
        .history()
        .polls(run.id())
        .forEach(poll -> assertPrintable(String.valueOf(poll.vendorStatus())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/file",
        "https://[::1]/file",
        "http://localhost.evil.example/file",
        "https://user:pass@localhost/file",
        "https://localhost@evil.example/file",
        "file:///etc/passwd",
        "ftp://localhost/file",
        "jar:https://localhost/x!/y",
        "//evil.example/file",
        "https://evil.example\\@localhost/file"
      })
  void a_link_to_a_place_that_is_not_the_vendors_is_never_opened(String link) throws Exception {
    var file = JsonNodeFactory.instance.objectNode();
    file.putObject("export_files")
        .put("id", 74780)
        .put("export_id", 86446)
        .put("status", "Available")
        .put("download_url", link);
    vendor.faults().always("GET", STATUS, call -> call.json(200, file));

    Run run = run();

    assertThat(run.failure()).as("%s", run).isIn("REDIRECT_REFUSED", "LINK_REFUSED");
    assertThat(storage.requests()).isEmpty();
    assertThat(vendor.requests())
        .filteredOn(request -> !request.path().startsWith("/api/v1/"))
        .isEmpty();
  }

  @Test
  void json_nested_a_million_deep_is_no_answer() throws Exception {
    String deep = "[".repeat(1_000_000);
    vendor.faults().always("GET", STATUS, Fault.answer(200, "application/json", deep));

    assertFailed(run(), "BAD_ANSWER");
  }

  @Test
  void an_endless_header_breaks_the_connection_and_not_the_memory() throws Exception {
    try (EndlessHeaders evil = new EndlessHeaders()) {
      runtime.with("admissions.server", evil.address());
      runtime.start();

      Run run = runtime.reaches(runtime.request(EXPORT).id(), one -> one.attempts() >= 2);

      assertThat(failures(run)).containsOnly("INTERRUPTED");
    }
  }

  @Test
  void an_endless_file_ends_at_its_limit() throws Exception {
    runtime.with("staging.max-bytes", "1000000");
    vendor.export(
        new WebAdmitExport(
            86446, "x", "x", "text/plain", "endless.txt", Body.repeating("more ", 1L << 40)));

    assertFailed(run(), "TOO_LARGE");
    try (Stream<Path> all = Files.walk(folder.resolve("data/staging"))) {
      assertThat(all.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void an_endless_refusal_is_cut_short() throws Exception {
    vendor
        .faults()
        .always(
            "GET", STATUS, call -> call.bytes(400, "text/plain", Body.repeating("no ", 1L << 40)));

    Run run = run();

    assertFailed(run, "REQUEST_REFUSED");
    assertThat(run.failureMessage()).hasSizeLessThan(1000);
  }

  @Test
  void a_secret_that_is_reflected_in_a_refusal_is_masked() throws Exception {
    vendor
        .faults()
        .always(
            "GET",
            STATUS,
            Fault.answer(400, "text/plain", "bad key " + WebAdmitSimulator.DEMO_KEY + " given"));

    Run run = run();

    assertFailed(run, "REQUEST_REFUSED");
    assertThat(run.failureMessage()).contains("***").doesNotContain(WebAdmitSimulator.DEMO_KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../admin", "1\r\nX-Evil: 1", "\u001b[31m", "?x=1"})
  void a_job_id_is_data_and_never_a_path_or_a_header(String id) throws Exception {
    var file = JsonNodeFactory.instance.objectNode();
    file.putObject("export_files").put("id", id).put("status", "Initializing");
    vendor.faults().always("POST", ".*", call -> call.json(201, file));

    Run run = run();

    assertThat(run.state()).isEqualTo(RunState.FAILED);
    assertPrintable(String.valueOf(run.failureMessage()));
    assertThat(vendor.requests()).allMatch(request -> request.header("X-Evil") == null);
    assertThat(vendor.requests())
        .allMatch(
            request -> request.path().startsWith("/api/v1/") && !request.path().contains("/../"));
  }

  /** A server that sends headers for ever. */
  private static final class EndlessHeaders implements AutoCloseable {
    private final ServerSocket server;

    EndlessHeaders() throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(this::serve, "endless headers");
      thread.setDaemon(true);
      thread.start();
    }

    String address() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void serve() {
      byte[] header = ("X-More: " + "x".repeat(1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      while (!server.isClosed()) {
        try (Socket socket = server.accept();
            OutputStream out = socket.getOutputStream()) {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
          for (int i = 0; i < 1_000_000; i++) {
            out.write(header);
          }
        } catch (IOException closedByTheClient) {
          continue;
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
