package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An attempt that was taken for dead, slept in the middle of its transfer, and wakes. */
class SleepingAttemptTest {
  private static final String RUN = "apps@2026-11-24T00:00:00Z";
  private static final byte[] FILE = "a,b\n1,2\n".repeat(60_000).getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "x,y\n9,9\n".repeat(60_000).getBytes(StandardCharsets.UTF_8);
  private static final int HALF = FILE.length / 2;
  private static final Expectation CSV = new Expectation(FileKind.TEXT, "apps.csv");

  @TempDir Path folder;

  private StagingArea process() {
    return new StagingArea(
        folder, new StagingLimits(0, 0, Verification.FULL, 100, 1 << 20, 0), Clock.systemUTC());
  }

  /** Gives half of its bytes, then sleeps until it is woken. */
  private static final class Sleeping extends InputStream {
    private final byte[] bytes;
    private final CountDownLatch asleep = new CountDownLatch(1);
    private final CountDownLatch wake = new CountDownLatch(1);
    private int at;

    private Sleeping(byte[] first, byte[] then) {
      bytes = Arrays.copyOf(first, first.length);
      System.arraycopy(then, HALF, bytes, HALF, then.length - HALF);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("bytes are read in chunks");
    }

    @Override
    public int read(byte[] buffer, int from, int most) throws IOException {
      if (at == HALF) {
        asleep.countDown();
        try {
          wake.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      int end = at < HALF ? HALF : bytes.length;
      int count = Math.min(most, end - at);
      if (count == 0) {
        return -1;
      }
      System.arraycopy(bytes, at, buffer, from, count);
      at += count;
      return count;
    }
  }

  private static Answer whole(InputStream body) {
    return new Answer(200, FILE.length, null, "\"v1\"", null, "text/csv", null, true, body);
  }

  private static Answer rest(long from) {
    byte[] bytes = Arrays.copyOfRange(FILE, (int) from, FILE.length);
    String range = "bytes " + from + "-" + (FILE.length - 1) + "/" + FILE.length;
    return new Answer(
        206,
        bytes.length,
        range,
        "\"v1\"",
        null,
        "text/csv",
        null,
        true,
        new ByteArrayInputStream(bytes));
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(FileNames.folder(RUN)))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reaches_no_byte_that_a_newer_attempt_delivers(boolean sameProcess) throws Exception {
    StagingArea one = process();
    Sleeping body = new Sleeping(FILE, OTHER);
    CompletableFuture<Receipt> old =
        CompletableFuture.supplyAsync(() -> one.slot(RUN, 0, 5).receive(whole(body), CSV));
    body.asleep.await(10, TimeUnit.SECONDS);

    StagingSlot slot = (sameProcess ? one : process()).slot(RUN, 0, 6);
    ResumePoint point = slot.resumePoint().orElseThrow();
    assertThat(point.offset()).isPositive();
    body.wake.countDown();
    Optional<Receipt> late =
        old.handle((receipt, failure) -> Optional.ofNullable(receipt)).get(10, TimeUnit.SECONDS);
    Receipt receipt = slot.receive(rest(point.offset()), CSV);

    assertThat(Files.readAllBytes(receipt.path())).isEqualTo(FILE);
    process().verify(receipt.path(), receipt.bytes(), receipt.sha256());
    late.ifPresent(other -> assertThat(other.path()).isNotEqualTo(receipt.path()));
  }

  @Test
  void that_begins_anew_truncates_nothing_of_a_newer_one() throws Exception {
    StagingArea area = process();
    brokenOff(area.slot(RUN, 0, 5));
    StagingSlot newer = area.slot(RUN, 0, 6);
    ResumePoint point = newer.resumePoint().orElseThrow();

    // It had asked for the whole file before it slept, and is answered now.
    area.slot(RUN, 0, 5).receive(whole(new ByteArrayInputStream(OTHER)), CSV);

    Receipt receipt = newer.receive(rest(point.offset()), CSV);
    assertThat(Files.readAllBytes(receipt.path())).isEqualTo(FILE);
  }

  @Test
  void that_ends_first_and_late_overwrites_no_staged_file() throws Exception {
    StagingArea area = process();
    Receipt newer = area.slot(RUN, 0, 6).receive(whole(new ByteArrayInputStream(FILE)), CSV);

    Receipt late = area.slot(RUN, 0, 5).receive(whole(new ByteArrayInputStream(OTHER)), CSV);
    area.slot(RUN, 0, 5).discard(late);

    area.verify(newer.path(), newer.bytes(), newer.sha256());
    assertThat(names()).containsExactly("0.6-apps.csv");
  }

  @Test
  void cannot_take_what_a_newer_one_has() throws Exception {
    StagingArea area = process();
    brokenOff(area.slot(RUN, 0, 6));

    assertThat(area.slot(RUN, 0, 5).resumePoint()).isEmpty();
    area.slot(RUN, 0, 5).forgetEarlier();

    assertThat(area.slot(RUN, 0, 6).resumePoint()).isPresent();
  }

  private static void brokenOff(StagingSlot slot) {
    InputStream half = new ByteArrayInputStream(FILE, 0, HALF);
    assertThatExceptionOfType(StagingFailure.class)
        .isThrownBy(() -> slot.receive(whole(half), CSV));
  }

  @Test
  void a_part_that_this_process_is_done_with_is_taken_over_without_a_copy() throws Exception {
    StagingArea area = process();
    brokenOff(area.slot(RUN, 0, 5));
    Path run = folder.resolve(FileNames.folder(RUN));
    Object before = Files.getAttribute(run.resolve("0.5.part"), "unix:ino");

    assertThat(area.slot(RUN, 0, 6).resumePoint()).isPresent();

    assertThat(Files.getAttribute(run.resolve("0.6.part"), "unix:ino")).isEqualTo(before);
    assertThat(names()).noneMatch(name -> name.startsWith("0.5"));
  }

  @Test
  void how_often_a_fetch_failed_is_counted_over_attempts() {
    StagingArea area = process();
    assertThat(area.slot(RUN, 0, 3).failed("EMPTY_BODY")).isEqualTo(1);
    assertThat(process().slot(RUN, 0, 4).failed("EMPTY_BODY")).isEqualTo(2);
  }

  @Test
  void what_was_staged_by_attempts_before_goes_when_the_receipt_of_a_newer_one_is_kept()
      throws Exception {
    StagingArea area = process();
    area.slot(RUN, 0, 5).receive(whole(new ByteArrayInputStream(FILE)), CSV);
    area.slot(RUN, 1, 5).receive(whole(new ByteArrayInputStream(FILE)), CSV);
    area.slot(RUN, 0, 7).receive(whole(new ByteArrayInputStream(FILE)), CSV);

    area.slot(RUN, 0, 7).forgetEarlier();

    assertThat(names()).containsExactlyInAnyOrder("0.7-apps.csv", "1.5-apps.csv");
  }
}
