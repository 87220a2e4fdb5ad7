package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.saddlebag.run.StagedFile;
import io.saddlebag.run.StepFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a download does with each answer, hop by hop; the answers are made by hand. */
class DownloadTest {
  private static final String KAMELET = "survey-solutions-export-source";
  private static final String ROWS = "id,name\n1,Garcia\n";

  @TempDir Path folder;
  private CarriedRun run;
  private Download download;
  private Exchange exchange;

  @BeforeEach
  void carry() {
    run =
        new CarriedRun(
            folder,
            Map.of(
                "server",
                "https://hq.example.org/app",
                "workspace",
                "primary",
                "user",
                "u",
                "password",
                "planted",
                "storage-hosts",
                "store.example.org"));
    download = run.download();
    exchange = run.exchange(KAMELET);
    exchange.setVariable("fileKind", "CSV");
    exchange.setVariable("fileName", "rows.csv");
  }

  @AfterEach
  void end() {
    run.close();
  }

  private String header(String name) {
    return exchange.getMessage().getHeader(name, String.class);
  }

  private void receive(int status, Map<String, Object> headers, String body) throws IOException {
    CarriedRun.answered(exchange, status, headers, body);
    download.receive(exchange);
  }

  private StepFailure failure(int status, Map<String, Object> headers, String body) {
    return catchThrowableOfType(StepFailure.class, () -> receive(status, headers, body));
  }

  private void assertFinished() {
    for (String variable : List.of("request", "link", "acceptStatus", "linkHops", "linkPath")) {
      assertThat(exchange.getVariable(variable)).as(variable).isNull();
    }
    assertThat(exchange.getMessage().getHeaders()).isEmpty();
    assertThat(exchange.getMessage().getBody()).isNull();
  }

  @Test
  void a_request_of_the_route_goes_to_the_server_with_its_credentials() {
    exchange.getMessage().setHeader("left", "over");
    exchange.setVariable("request", "GET /{connection.workspace}/api/v2/export/7/file");

    download.prepare(exchange);

    assertThat(header(HttpConstants.HTTP_METHOD)).isEqualTo("GET");
    assertThat(header(HttpConstants.HTTP_URI)).isEqualTo("https://hq.example.org");
    assertThat(header(VendorHttpClient.EXACT_TARGET))
        .isEqualTo("/app/primary/api/v2/export/7/file");
    assertThat(header("Accept-Encoding")).isEqualTo("identity");
    assertThat(exchange.getProperty(Exchange.SKIP_GZIP_ENCODING, Boolean.class)).isTrue();
    assertThat(header("Authorization")).startsWith("Basic ");
    assertThat(exchange.getMessage().getHeaders()).doesNotContainKeys("left", "Range", "If-Range");
    assertThat(exchange.getVariable("request")).isNull();
    assertThat(exchange.getVariable("requestPath")).isEqualTo("/primary/api/v2/export/7/file");
    assertThat(exchange.getVariable("link"))
        .isEqualTo("https://hq.example.org/app/primary/api/v2/export/7/file");
  }

  @Test
  void a_link_to_a_store_is_asked_for_as_it_is_and_without_credentials() {
    exchange.setVariable("link", "https://store.example.org/a%2Fb.csv?X-Amz-Signature=y2jw");

    download.prepare(exchange);

    assertThat(header(HttpConstants.HTTP_URI)).isEqualTo("https://store.example.org");
    assertThat(header(VendorHttpClient.EXACT_TARGET)).isEqualTo("/a%2Fb.csv?X-Amz-Signature=y2jw");
    assertThat(header("Authorization")).isNull();
    assertThat(exchange.getVariable("linkPath")).isEqualTo("/a%2Fb.csv");
  }

  @Test
  void a_request_of_the_route_forgets_the_link_before_it() {
    exchange.setVariable("request", "/file");
    exchange.setVariable("linkHops", 3);
    exchange.setVariable("linkPath", "/x");

    download.prepare(exchange);

    assertThat(exchange.getVariable("linkHops")).isNull();
    assertThat(exchange.getVariable("linkPath")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void a_route_that_names_no_address_is_told_so(String link) {
    exchange.setVariable("link", link);

    assertThatThrownBy(() -> download.prepare(exchange))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("request or link");
  }

  @Test
  void a_host_that_is_not_allowed_is_not_asked() {
    exchange.setVariable("link", "https://evil.example/file");

    assertThat(catchThrowableOfType(StepFailure.class, () -> download.prepare(exchange)))
        .extracting(StepFailure::failureName)
        .isEqualTo("REDIRECT_REFUSED");
  }

  @Test
  void a_file_is_staged_and_its_receipt_is_kept() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/file");
    exchange.setVariable("linkHops", 1);
    exchange.setVariable("wantedHeader", "X-Next");
    exchange.setVariable("requiredHeader", "X-Next");
    exchange.setVariable("acceptStatus", "404");

    receive(
        200,
        Map.of(
            "Content-Length",
            ROWS.length(),
            "Content-Type",
            "text/csv",
            "Content-Disposition",
            List.of("inline", "attachment; filename=named.csv", "attachment; filename=other.csv"),
            "Last-Modified",
            "Tue, 24 Nov 2026 10:00:00 GMT",
            "X-Next",
            "token"),
        ROWS);

    assertThat(run.files())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.name()).isEqualTo("named.csv");
              assertThat(file.bytes()).isEqualTo(ROWS.length());
              assertThat(file.contentType()).isEqualTo("text/csv");
              assertThat(file.vendorModified()).isEqualTo("Tue, 24 Nov 2026 10:00:00 GMT");
              assertThat(file.checks()).contains("length");
              assertThat(file.stagedAt()).isEqualTo(CarriedRun.NOW);
              assertThat(Files.readString(file.path())).isEqualTo(ROWS);
            });
    assertThat(exchange.getVariable("httpStatus")).isEqualTo(200);
    assertThat(exchange.getVariable("headerValue")).isEqualTo("token");
    assertFinished();
  }

  @Test
  void chunks_overrule_a_length() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/file");

    receive(200, Map.of("Content-Length", "3", "Transfer-Encoding", "chunked"), ROWS);

    assertThat(run.files().get(0).checks()).contains("last-chunk");
    assertThat(run.files().get(0).bytes()).isEqualTo(ROWS.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"17x", "-1", "9999999999999999999"})
  void a_length_that_is_none_is_not_believed(String length) throws Exception {
    exchange.setVariable("link", "https://hq.example.org/file");

    receive(200, Map.of("Content-Length", length), ROWS);

    assertThat(run.files().get(0).checks()).contains("last-chunk");
  }

  @Test
  void a_file_of_the_name_of_another_gets_a_name_of_its_own() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/file");
    Map<String, Object> named = Map.of("Content-Disposition", "attachment; filename=Rows.csv");
    receive(200, named, ROWS);
    Exchange first = exchange;
    exchange = run.exchange(KAMELET);
    exchange.setVariable("link", "https://hq.example.org/file");
    exchange.setVariable("filePosition", 1);
    exchange.setVariable("fileSource", "second");

    receive(200, Map.of("Content-Disposition", "attachment; filename=rows.csv"), ROWS);

    assertThat(first.getVariable("link")).isNull();
    assertThat(run.files()).extracting(StagedFile::name).containsExactly("Rows.csv", "rows-2.csv");
    assertThat(run.files()).extracting(StagedFile::source).containsExactly(null, "second");
  }

  @Test
  void a_fetch_of_the_same_file_again_keeps_its_name() throws Exception {
    for (int time = 0; time < 2; time++) {
      exchange.setVariable("link", "https://hq.example.org/file");
      receive(200, Map.of(), ROWS);
    }

    assertThat(run.files()).extracting(StagedFile::name).containsExactly("rows.csv");
  }

  @Test
  void an_answer_without_the_header_that_every_file_has_is_a_page() {
    exchange.setVariable("link", "https://hq.example.org/file");
    exchange.setVariable("requiredHeader", "X-Next");

    assertThat(failure(200, Map.of(), ROWS))
        .isInstanceOf(StepFailure.Rejected.class)
        .hasMessageContaining("without the header X-Next")
        .extracting(StepFailure::failureName)
        .isEqualTo("LOGIN_PAGE");
    assertThat(run.files()).isEmpty();
  }

  @Test
  void a_broken_transfer_is_resumed_where_the_server_proves_that_it_can() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/file");
    Map<String, Object> all =
        Map.of("Content-Length", ROWS.length(), "ETag", "\"v1\"", "Accept-Ranges", "bytes");

    assertThat(failure(200, all, ROWS.substring(0, 9)))
        .isInstanceOfSatisfying(
            StepFailure.RetryLater.class,
            later -> {
              assertThat(later.failureName()).isEqualTo("TRUNCATED");
              assertThat(later.attempts()).isEqualTo(Integer.MAX_VALUE);
            });
    exchange.setVariable("link", "https://hq.example.org/file");
    download.prepare(exchange);

    assertThat(header("Range")).isEqualTo("bytes=9-");
    assertThat(header("If-Range")).isEqualTo("\"v1\"");
    receive(
        206,
        Map.of(
            "Content-Length",
            ROWS.length() - 9,
            "Content-Range",
            "bytes 9-" + (ROWS.length() - 1) + "/" + ROWS.length(),
            "ETag",
            "\"v1\""),
        ROWS.substring(9));
    assertThat(Files.readString(run.files().get(0).path())).isEqualTo(ROWS);
    assertFinished();
  }

  @Test
  void a_range_behind_the_end_finishes_a_file_that_is_there_whole() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/file");
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
    exchange.getMessage().setHeader("ETag", "\"v1\"");
    exchange.getMessage().setHeader("Accept-Ranges", "bytes");
    exchange.getMessage().setBody(breaking(ROWS));
    assertThatThrownBy(() -> download.receive(exchange)).isInstanceOf(StepFailure.class);
    exchange.setVariable("link", "https://hq.example.org/file");

    receive(416, Map.of("Content-Range", "bytes */" + ROWS.length()), "no such range");

    assertThat(Files.readString(run.files().get(0).path())).isEqualTo(ROWS);
    assertThat(exchange.getVariable("httpStatus")).isEqualTo(200);
    assertFinished();
  }

  private static InputStream breaking(String text) {
    InputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count < 0) {
          throw new IOException("broke off");
        }
        return count;
      }
    };
  }

  @Test
  void what_a_crash_left_whole_is_finished_without_the_network_but_not_of_several_files()
      throws Exception {
    exchange.setVariable("fileSource", "one");
    download.complete(exchange);
    assertThat(exchange.getVariable("httpStatus")).isNull();
    exchange.removeVariable("fileSource");
    download.complete(exchange);

    assertThat(exchange.getVariable("httpStatus")).isNull();
    assertThat(run.files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_the_next_hop_and_its_body_is_given_up(int status) throws Exception {
    exchange.setVariable("link", "https://hq.example.org/a/file");
    AtomicBoolean closed = new AtomicBoolean();
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    exchange.getMessage().setHeader("Location", "../b?c=1");
    exchange
        .getMessage()
        .setBody(
            new FilterInputStream(InputStream.nullInputStream()) {
              @Override
              public void close() {
                closed.set(true);
              }
            });

    download.receive(exchange);

    assertThat(exchange.getVariable("link")).isEqualTo("https://hq.example.org/b?c=1");
    assertThat(exchange.getVariable("linkHops")).isEqualTo(1);
    assertThat(closed).isTrue();
    assertThat(exchange.getMessage().getHeaders()).isEmpty();
  }

  @Test
  void three_redirects_are_followed_and_no_fourth() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/0");
    for (int hop = 1; hop <= 3; hop++) {
      receive(302, Map.of("Location", "/" + hop), "");
      assertThat(exchange.getVariable("link")).isEqualTo("https://hq.example.org/" + hop);
    }

    assertThat(failure(302, Map.of("Location", "/4"), ""))
        .hasMessageContaining("more than 3 redirects")
        .extracting(StepFailure::failureName)
        .isEqualTo("REDIRECT_REFUSED");
  }

  @Test
  void a_link_in_json_is_a_redirect_where_the_route_says_so() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/links/1");
    exchange.setVariable("linkMember", "url");

    receive(200, Map.of(), "{\"url\": \"https://store.example.org/x?sig=1\"}");

    assertThat(exchange.getVariable("link")).isEqualTo("https://store.example.org/x?sig=1");
    assertThat(exchange.getVariable("linkHops")).isEqualTo(1);
    assertThat(run.files()).isEmpty();
  }

  @Test
  void a_link_in_packed_json_is_one_too() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/links/1");
    exchange.setVariable("linkMember", "url");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("{\"url\": \"/x\"}".getBytes(StandardCharsets.UTF_8));
    }
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 200);
    exchange.getMessage().setHeader("Content-Encoding", "gzip");
    exchange.getMessage().setBody(new ByteArrayInputStream(packed.toByteArray()));

    download.receive(exchange);

    assertThat(exchange.getVariable("link")).isEqualTo("https://hq.example.org/x");
  }

  @Test
  void what_a_store_says_is_the_file_even_where_it_looks_like_a_link() throws Exception {
    exchange.setVariable("link", "https://store.example.org/file");
    exchange.setVariable("linkMember", "url");
    exchange.setVariable("fileKind", "JSON");

    receive(200, Map.of(), "{\"url\": \"https://store.example.org/other\"}");

    assertThat(run.files()).hasSize(1);
  }

  @Test
  void a_long_answer_is_the_file_and_loses_no_byte() throws Exception {
    exchange.setVariable("link", "https://hq.example.org/file");
    exchange.setVariable("linkMember", "url");
    String rows = ROWS.repeat(3000);

    receive(200, Map.of("Content-Length", rows.length()), rows);

    assertThat(Files.readString(run.files().get(0).path())).isEqualTo(rows);
  }

  @Test
  void a_status_that_the_route_judges_leaves_its_words_without_secrets() throws Exception {
    run.redactor.learn(List.of("planted"));
    exchange.setVariable("link", "https://hq.example.org/file?sig=1");
    exchange.setVariable("acceptStatus", "302,404");

    receive(404, Map.of("Location", "/login?next=planted"), "no planted file");

    assertThat(exchange.getVariable("httpStatus")).isEqualTo(404);
    assertThat(exchange.getVariable("httpLocation")).isEqualTo("/login");
    assertThat(exchange.getVariable("httpText")).isEqualTo("no *** file");
    assertThat(exchange.getVariable("link")).isNull();
    assertThat(exchange.getVariable("acceptStatus")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHORIZED, credentials",
    "403, FORBIDDEN, rights",
    "404, FILE_GONE, run the export again",
    "410, FILE_GONE, run the export again",
    "400, DOWNLOAD_REFUSED, then run the export again"
  })
  void a_refusal_ends_the_run_by_name(int status, String name, String remedy) {
    exchange.setVariable("link", "https://hq.example.org/file");
    run.redactor.learn(List.of("planted"));

    assertThat(failure(status, Map.of(), "because of planted"))
        .isInstanceOf(StepFailure.Rejected.class)
        .hasMessageContaining("(" + status + "), saying: because of ***; ")
        .hasMessageContaining(remedy)
        .extracting(StepFailure::failureName)
        .isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({"408, VENDOR_ERROR", "429, RATE_LIMITED", "500, VENDOR_ERROR", "503, VENDOR_ERROR"})
  void what_may_pass_is_tried_again_when_the_vendor_says_so(int status, String name) {
    exchange.setVariable("link", "https://hq.example.org/file");

    assertThat(failure(status, Map.of("Retry-After", "7"), ""))
        .isInstanceOfSatisfying(
            StepFailure.RetryLater.class,
            later -> {
              assertThat(later.failureName()).isEqualTo(name);
              assertThat(later.after()).hasSeconds(7);
              assertThat(later.attempts()).isEqualTo(Integer.MAX_VALUE);
              assertThat(later).hasMessageEndingWith("answered with status " + status);
            });
  }

  @Test
  void a_status_that_means_not_yet_is_asked_again_and_not_for_ever() {
    exchange.setVariable("notReadyStatus", "404");
    for (int time = 1; time <= 4; time++) {
      exchange.setVariable("link", "https://hq.example.org/file");
      assertThat(failure(404, Map.of(), "no"))
          .isInstanceOfSatisfying(
              StepFailure.RetryLater.class,
              later -> {
                assertThat(later.failureName()).isEqualTo("FILE_GONE");
                assertThat(later.after()).isEqualTo(Duration.ofSeconds(3));
              });
    }
    exchange.setVariable("link", "https://hq.example.org/file");

    assertThat(failure(404, Map.of(), "no")).isInstanceOf(StepFailure.Rejected.class);
  }

  @Test
  void a_link_that_its_store_calls_too_old_is_asked_for_again() {
    exchange.setVariable("link", "https://store.example.org/file");

    assertThat(
            failure(
                403,
                Map.of(),
                "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"))
        .isInstanceOf(StepFailure.RetryLater.class)
        .extracting(StepFailure::failureName)
        .isEqualTo("LINK_EXPIRED");
  }

  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHORIZED, true",
    "402, TARIFF_LIMIT, true",
    "403, FORBIDDEN, true",
    "404, FILE_GONE, true",
    "410, FILE_GONE, true",
    "422, REQUEST_REFUSED, true",
    "600, JOB_FAILED, true",
    "429, RATE_LIMITED, false",
    "408, VENDOR_ERROR, false",
    "500, VENDOR_ERROR, false",
    "599, VENDOR_ERROR, false"
  })
  void an_error_inside_a_good_answer_counts_as_its_number(int code, String name, boolean ends) {
    exchange.setVariable("link", "https://hq.example.org/file");
    exchange.setVariable("fileKind", "ZIP");

    StepFailure failure =
        failure(200, Map.of(), "{\"error\": " + code + ", \"error_text\": \"why not\"}");

    assertThat(failure.failureName()).isEqualTo(name);
    assertThat(failure)
        .isInstanceOf(ends ? StepFailure.Rejected.class : StepFailure.RetryLater.class)
        .hasMessageContaining("error " + code + " inside its answer")
        .hasMessageContaining("why not");
    if (failure instanceof StepFailure.RetryLater later) {
      assertThat(later.attempts()).isEqualTo(3);
    }
  }

  @Test
  void what_a_store_says_inside_is_said_of_its_link_alone() {
    exchange.setVariable("link", "https://store.example.org/file");
    exchange.setVariable("fileKind", "ZIP");

    assertThat(failure(200, Map.of(), "{\"error\": 401, \"error_text\": \"no\"}").failureName())
        .isNotEqualTo("UNAUTHORIZED");
  }

  @Test
  void a_file_of_the_wrong_kind_ends_the_run() {
    exchange.setVariable("link", "https://hq.example.org/file");

    assertThat(failure(200, Map.of("Content-Type", "text/html"), "<!DOCTYPE html><form>"))
        .isInstanceOf(StepFailure.class)
        .extracting(StepFailure::failureName)
        .isEqualTo("LOGIN_PAGE");
    assertThat(exchange.getMessage().getBody()).isNull();
    assertThat(run.files()).isEmpty();
  }
}
