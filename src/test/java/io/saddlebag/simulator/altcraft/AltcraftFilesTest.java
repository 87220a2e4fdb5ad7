package io.saddlebag.simulator.altcraft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.TestClock;
import io.saddlebag.simulator.Body;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files: items 9 and 10 of the sheet's section 8. */
class AltcraftFilesTest {
  @TempDir Path folder;
  private final TestClock clock = new TestClock(Instant.parse("2026-05-01T00:00:00Z"));
  private AltcraftSimulator vendor;
  private AltcraftCaller caller;

  @BeforeEach
  void start() {
    vendor = new AltcraftSimulator(clock, 0).pace(Duration.ofMinutes(1));
    vendor.start();
    caller = AltcraftCaller.of(vendor);
  }

  @AfterEach
  void stop() {
    vendor.close();
  }

  private String path(String from, String to) throws Exception {
    String body = "{\"id\": 1, \"date_from\": \"" + from + "\", \"date_to\": \"" + to + "\"}";
    JsonNode created = caller.post("forms/fills", body);
    clock.advance(Duration.ofMinutes(3));
    JsonNode status = caller.status(created.at("/data/task_id").asText());
    return "/api/download/forms/" + status.at("/data/result/url").asText();
  }

  private ZipFile april() throws Exception {
    return open(path("2026-04-01", "2026-04-30"));
  }

  private ZipFile open(String path) throws Exception {
    Path file = Files.createTempFile(folder, "export", ".zip");
    Files.write(file, caller.get(path).body());
    return new ZipFile(file.toFile());
  }

  private static List<String> names(ZipFile zip) {
    return Collections.list(zip.entries()).stream().map(ZipEntry::getName).toList();
  }

  private static List<String> rows(ZipFile zip) throws IOException {
    ZipEntry csv = zip.getEntry("заполнения.csv");
    return new String(zip.getInputStream(csv).readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  @Test
  void item_10_the_archive_is_real_with_two_names_one_beyond_ascii() throws Exception {
    try (ZipFile zip = april()) {
      assertThat(names(zip)).containsExactly("заполнения.csv", "about.txt");
      assertThat(rows(zip)).hasSize(43);
    }
  }

  @Test
  void item_10_the_rows_are_spread_over_the_days_asked_for() throws Exception {
    try (ZipFile zip = open(path("2025-12-30", "2026-01-02"))) {
      assertThat(rows(zip).stream().skip(1).map(row -> row.split(",", -1)[2].substring(0, 10)))
          .isSorted()
          .containsOnly("2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02");
    }
  }

  @Test
  void item_10_the_same_question_gives_the_same_bytes() throws Exception {
    byte[] first = caller.get(path("2026-04-01", "2026-04-30")).body();
    byte[] second = caller.get(path("2026-04-01", "2026-04-30")).body();
    byte[] other = caller.get(path("2026-04-02", "2026-04-30")).body();

    assertThat(second).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  @Test
  void item_9_an_archive_of_nothing_holds_the_headers_only() throws Exception {
    vendor.total(0);

    try (ZipFile zip = april()) {
      assertThat(rows(zip)).containsExactly("fill_id,form_id,filled_at,name,answer");
    }
  }

  @Test
  void item_10_a_name_may_lead_out_of_the_folder() throws Exception {
    vendor.zipSlip(true);

    try (ZipFile zip = april()) {
      assertThat(names(zip)).contains("../../evil.csv", "заполнения.csv");
    }
  }

  @Test
  void item_10_an_archive_may_be_cut_off_though_all_that_is_announced_arrives() throws Exception {
    vendor.truncated(true);

    HttpResponse<byte[]> answer = caller.get(path("2026-04-01", "2026-04-30"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).startsWith('P', 'K');
    assertThatThrownBy(this::april).isInstanceOf(ZipException.class);
  }

  @Test
  void any_bytes_may_be_the_payload() throws Exception {
    vendor.payload(Body.repeating("not a zip\n", 100_000));

    HttpResponse<byte[]> answer = caller.get(path("2026-04-01", "2026-04-30"));

    assertThat(answer.body()).hasSize(100_000).asString().startsWith("not a zip\n");
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"1_20002_form_export.zip\"");
  }

  @Test
  void a_slow_download_does_not_hold_up_a_poll() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch polled = new CountDownLatch(1);
    vendor.payload(new HeldBody(begun, polled));
    String path = path("2026-04-01", "2026-04-30");
    CompletableFuture<HttpResponse<byte[]>> download =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return caller.get(path);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    JsonNode status = caller.status("550e8400-e29b-41d4-a716-446655440000");
    polled.countDown();

    assertThat(status.path("error").asInt(-1)).isZero();
    assertThat(download.get(10, TimeUnit.SECONDS).body()).hasSize(1);
  }

  /** One byte that says when its turn has come and is not written before it is let go. */
  private record HeldBody(CountDownLatch begun, CountDownLatch letGo) implements Body {
    @Override
    public long length() {
      return 1;
    }

    @Override
    public void writeTo(OutputStream out, long offset) throws IOException {
      begun.countDown();
      try {
        if (!letGo.await(10, TimeUnit.SECONDS)) {
          throw new IOException("nobody let the body go");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
      out.write('x');
    }
  }
}
