package io.saddlebag.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.TestRuntime;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers byte by byte as no HTTP library would write them. The vendor is WebAdMIT; the same is
 * true of all.
 */
class RawAnswersTest {
  private static final byte[] CSV =
      "id,name\r\n1,Ann\r\n2,Böb\r\n".getBytes(StandardCharsets.UTF_8);
  private static final String EXPORT = "wanted";

  @TempDir Path folder;
  private RawVendor vendor;
  private TestRuntime runtime;

  @BeforeEach
  void prepare() throws Exception {
    vendor = new RawVendor();
    runtime =
        new TestRuntime(folder)
            .with("admissions.server", vendor.address())
            .with("admissions.api-key", "0123456789abcdef");
  }

  @AfterEach
  void stop() throws Exception {
    runtime.close();
    vendor.close();
  }

  private Run run(String fileType) throws Exception {
    runtime.export(
        EXPORT,
        """
        - route:
            id: wanted
            from:
              uri: kamelet:webadmit-export-source
              parameters: {connection: admissions, identity: 42, export: 1002, fileType: %s, pollMin: 20ms, pollMax: 50ms}
              steps:
                - to: direct:to-folder
        """
            .formatted(fileType));
    runtime.start();
    return runtime.run(EXPORT);
  }

  private List<String> failures(Run run) {
    return runtime.saddlebag().ledger().history().failures(run.id()).stream()
        .map(FailureRecord::name)
        .toList();
  }

  private List<String> delivered(Run run, byte[] file) throws IOException {
    assertThat(run.state())
        .as("%s %s", failures(run), run.failureMessage())
        .isEqualTo(RunState.DELIVERED);
    assertThat(runtime.delivered()).hasSize(1);
    assertThat(runtime.delivered().get(0)).hasBinaryContent(file);
    List<StagedFile> receipts = runtime.saddlebag().ledger().receipts().of(run.id());
    assertThat(receipts.get(0).bytes()).isEqualTo(file.length);
    return receipts.get(0).checks();
  }

  private void failed(Run run, String name, int fetches) throws IOException {
    assertThat(run.state()).as("%s", failures(run)).isEqualTo(RunState.FAILED);
    assertThat(run.failure()).as("%s", run.failureMessage()).isEqualTo(name);
    assertThat(runtime.delivered()).isEmpty();
    assertThat(vendor.fetches.get()).isLessThanOrEqualTo(fetches);
  }

  private static byte[] zip() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("data.csv"));
      zip.write(CSV);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  @Test
  void gzip_with_its_length_is_unpacked_at_once() throws Exception {
    byte[] packed = gzip(CSV);
    vendor.file(packed, "Content-Type: text/csv", "Content-Encoding: gzip", length(packed));

    assertThat(delivered(run("csv"), CSV)).startsWith("length", "gzip-decoded");
    assertThat(vendor.fetches).hasValue(1);
    assertThat(vendor.lastFetch).contains("accept-encoding: identity");
  }

  @Test
  void gzip_in_two_headers_is_gzip_twice() throws Exception {
    byte[] packed = gzip(gzip(CSV));
    vendor.file(
        packed,
        "Content-Type: text/csv",
        "Content-Encoding: gzip",
        "Content-Encoding: gzip",
        length(packed));

    Run run = run("csv");

    failed(run, "UNSUPPORTED_CODING", 3);
    assertThat(run.failureMessage()).contains("gzip, gzip");
  }

  @Test
  void chunks_overrule_a_length() throws Exception {
    byte[] chunked = "5\r\nid,na\r\n7\r\nme\r\n1,A\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8);
    vendor.file(
        chunked, "Content-Type: text/csv", "Content-Length: 3", "Transfer-Encoding: chunked");

    assertThat(delivered(run("csv"), "id,name\r\n1,A".getBytes(StandardCharsets.UTF_8)))
        .startsWith("last-chunk");
    assertThat(vendor.fetches).hasValue(1);
  }

  @Test
  void two_lengths_are_no_http_and_end() throws Exception {
    vendor.file(CSV, "Content-Type: text/csv", "Content-Length: 5", length(CSV));

    failed(run("csv"), "BAD_ANSWER", 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "many", "26, 27"})
  void a_length_that_is_none_is_no_http_and_ends(String length) throws Exception {
    vendor.file(CSV, "Content-Type: text/csv", "Content-Length: " + length);

    failed(run("csv"), "BAD_ANSWER", 5);
  }

  @Test
  void an_archive_that_is_longer_than_its_length_is_cut_and_ends() throws Exception {
    byte[] zip = zip();
    vendor.file(zip, "Content-Type: application/zip", "Content-Length: " + (zip.length - 9));

    failed(run("zip"), "TRUNCATED", 3);
  }

  @Test
  void a_connection_that_always_breaks_ends() throws Exception {
    vendor.file(CSV, "Content-Type: text/csv", "Content-Length: " + (CSV.length + 1));

    failed(run("csv"), "TRUNCATED", 10);
  }

  @Test
  void ranges_that_never_fit_end() throws Exception {
    vendor.file(
        CSV,
        "Content-Type: text/csv",
        "ETag: \"v1\"",
        "Accept-Ranges: bytes",
        "Content-Length: " + (CSV.length + 1));
    vendor.range =
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 3-9/27\r\nContent-Length: 7\r\n\r\n1234567";

    failed(run("csv"), "TRUNCATED", 15);
  }

  @Test
  void a_range_that_is_always_refused_ends() throws Exception {
    vendor.file(
        CSV,
        "Content-Type: text/csv",
        "ETag: \"v1\"",
        "Accept-Ranges: bytes",
        "Content-Length: " + (CSV.length + 1));
    vendor.range = "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n";

    failed(run("csv"), "TRUNCATED", 15);
  }

  @ParameterizedTest
  @CsvSource({"'\n'", "'\r\n'", "'<!-- done -->'"})
  void an_archive_with_bytes_behind_its_end_is_delivered_and_noted(String behind) throws Exception {
    byte[] zip = joined(zip(), behind.getBytes(StandardCharsets.UTF_8));
    vendor.file(zip, "Content-Type: application/zip", length(zip));

    assertThat(delivered(run("zip"), zip)).contains("zip-crc", "zip-trailing");
    assertThat(vendor.fetches).hasValue(1);
  }

  @Test
  void an_archive_that_is_called_a_web_page_is_the_archive() throws Exception {
    byte[] zip = zip();
    vendor.file(zip, "Content-Type: text/html; charset=UTF-8", length(zip));

    assertThat(delivered(run("zip"), zip)).contains("zip-crc");
  }

  @Test
  void rows_that_are_called_a_web_page_are_the_rows() throws Exception {
    vendor.file(CSV, "Content-Type: text/html; charset=UTF-8", length(CSV));

    assertThat(delivered(run("csv"), CSV)).contains("no-web-page");
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "zip", "text"})
  void a_login_page_is_never_the_file_in_gzip_either(String fileType) throws Exception {
    byte[] page = gzip("<!doctype html><title>Sign in</title>".getBytes(StandardCharsets.UTF_8));
    vendor.file(page, "Content-Type: text/csv", "Content-Encoding: gzip", length(page));

    failed(run(fileType), "LOGIN_PAGE", 1);
  }

  private static String length(byte[] body) {
    return "Content-Length: " + body.length;
  }

  /** Writes what it was told. */
  private static final class RawVendor implements AutoCloseable {
    private final ServerSocket server;
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String lastFetch = "";
    private volatile String range = "";
    private volatile byte[] file = {};

    RawVendor() throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(this::serve, "raw vendor");
      thread.setDaemon(true);
      thread.start();
    }

    String address() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    void file(byte[] body, String... headers) {
      String head = "HTTP/1.1 200 OK\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
      file = joined(head.getBytes(StandardCharsets.US_ASCII), body);
    }

    private void serve() {
      while (!server.isClosed()) {
        try (Socket socket = server.accept()) {
          answer(socket);
        } catch (IOException closedByTheClient) {
          continue;
        }
      }
    }

    /** One request a connection. */
    private void answer(Socket socket) throws IOException {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      StringBuilder head = new StringBuilder();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.append(line).append('\n');
      }
      OutputStream out = socket.getOutputStream();
      String request = head.toString();
      if (request.startsWith("POST")) {
        out.write(json("201 Created", "\"status\":\"Queued\""));
      } else if (request.startsWith("GET /api/")) {
        String link = "\"status\":\"Available\",\"download_url\":\"" + address() + "/file\"";
        out.write(json("200 OK", link));
      } else if (!request.isEmpty()) {
        fetches.incrementAndGet();
        lastFetch = request.toLowerCase(Locale.ROOT);
        boolean part = lastFetch.contains("\nrange:") && !range.isEmpty();
        out.write(part ? range.getBytes(StandardCharsets.US_ASCII) : file);
      }
      out.flush();
      socket.shutdownOutput();
    }

    private static byte[] json(String status, String members) {
      String body = "{\"export_files\":{\"id\":7,\"export_id\":1002," + members + "}}";
      return ("HTTP/1.1 "
              + status
              + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body)
          .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
