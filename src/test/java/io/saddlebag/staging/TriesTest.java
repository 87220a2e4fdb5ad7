package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a file is fetched that never comes whole. */
class TriesTest extends SlotTest {
  private static final Expectation CSV = new Expectation(FileKind.CSV, "x");

  private StagingFailure fails(Answer answer, FileKind kind) {
    StagingFailure failure =
        catchThrowableOfType(
            StagingFailure.class,
            () -> area().slot(RUN, 0).receive(answer, new Expectation(kind, "x")));
    assertThat(failure).isNotNull();
    return failure;
  }

  private static Answer whole(@Nullable String etag, long length, InputStream body) {
    return new Answer(200, length, null, etag, null, null, null, true, body);
  }

  private static Answer rest(int from, int to, InputStream body) {
    return new Answer(
        206,
        to - from,
        "bytes " + from + "-" + (to - 1) + "/" + TEXT.length,
        "\"v1\"",
        null,
        null,
        null,
        true,
        body);
  }

  private static InputStream text(int from, int to) {
    return new ByteArrayInputStream(Arrays.copyOfRange(TEXT, from, to));
  }

  @Test
  void what_came_wrong_three_times_is_not_fetched_again_and_the_message_says_so() {
    byte[] archive = "PK\3\4 and no more".getBytes(StandardCharsets.US_ASCII);
    for (int fetch = 1; fetch <= 3; fetch++) {
      StagingFailure failure =
          fails(whole(null, archive.length, new ByteArrayInputStream(archive)), FileKind.ZIP);

      assertThat(failure.failureName()).isEqualTo("TRUNCATED");
      assertThat(failure.worthRetrying()).as("fetch %d", fetch).isEqualTo(fetch < 3);
      assertThat(failure.getMessage()).contains(fetch < 3 ? "is fetched again" : "ask the vendor");
    }
  }

  @Test
  void a_transfer_that_comes_further_each_time_goes_on() {
    int at = 1_000;
    StagingFailure failure =
        fails(whole("\"v1\"", TEXT.length, breakingAfter(Arrays.copyOf(TEXT, at))), FileKind.CSV);
    while (at + 1_000 < TEXT.length) {
      assertThat(failure.failureName()).isEqualTo("TRUNCATED");
      assertThat(failure.worthRetrying()).as("at %d", at).isTrue();
      ResumePoint point = area().slot(RUN, 0).resumePoint().orElseThrow();
      assertThat(point.offset()).isEqualTo(at);
      InputStream some = breakingAfter(Arrays.copyOfRange(TEXT, at, at + 1_000));
      failure = fails(rest(at, TEXT.length, some), FileKind.CSV);
      at += 1_000;
    }

    Receipt receipt =
        area().slot(RUN, 0).receive(rest(at, TEXT.length, text(at, TEXT.length)), CSV);
    assertThat(receipt.path()).hasBinaryContent(TEXT);
  }

  @Test
  void a_transfer_that_breaks_at_the_same_byte_ends_whether_it_is_resumed_or_not() {
    fails(whole("\"v1\"", TEXT.length, breakingAfter(Arrays.copyOf(TEXT, 1_000))), FileKind.CSV);
    int resumes = 1;
    while (fails(rest(1_000, TEXT.length, breakingAfter(new byte[0])), FileKind.CSV)
        .worthRetrying()) {
      resumes++;
    }
    assertThat(resumes).isEqualTo(10);

    area().removeRun(RUN);
    int fetches = 1;
    while (fails(
            whole(null, TEXT.length, breakingAfter(Arrays.copyOf(TEXT, 1_000 + fetches))),
            FileKind.CSV)
        .worthRetrying()) {
      fetches++;
    }
    assertThat(fetches).isEqualTo(10);
  }

  @Test
  void progress_begins_the_count_anew() {
    for (int from : new int[] {0, 1_000, 2_000}) {
      InputStream some = breakingAfter(Arrays.copyOfRange(TEXT, from, from + 1_000));
      assertThat(
              fails(
                      from == 0
                          ? whole("\"v1\"", TEXT.length, some)
                          : rest(from, TEXT.length, some),
                      FileKind.CSV)
                  .worthRetrying())
          .isTrue();
      for (int i = 0; i < 9; i++) {
        InputStream nothing = breakingAfter(new byte[0]);
        assertThat(fails(rest(from + 1_000, TEXT.length, nothing), FileKind.CSV).worthRetrying())
            .isTrue();
      }
    }
  }

  @Test
  void each_kind_of_failure_has_a_count_of_its_own() {
    for (int i = 0; i < 2; i++) {
      assertThat(fails(whole(null, 0, text(0, 0)), FileKind.CSV).failureName())
          .isEqualTo("EMPTY_BODY");
      assertThat(fails(whole(null, 9, text(0, 9)), FileKind.ZIP).failureName())
          .isEqualTo("NOT_AN_ARCHIVE");
      assertThat(fails(whole(null, 9, text(0, 8)), FileKind.CSV).worthRetrying()).isTrue();
    }
    assertThat(fails(whole(null, 0, text(0, 0)), FileKind.CSV).worthRetrying()).isFalse();
    assertThat(fails(whole(null, 9, text(0, 9)), FileKind.ZIP).worthRetrying()).isFalse();
    assertThat(fails(whole(null, 9, text(0, 8)), FileKind.CSV).worthRetrying()).isTrue();
  }

  @Test
  void ranges_that_do_not_fit_twice_are_asked_for_no_more() {
    for (int i = 1; i <= 2; i++) {
      fails(
          whole("\"v1\"", TEXT.length, breakingAfter(Arrays.copyOf(TEXT, 1_000 * i))),
          FileKind.CSV);
      assertThat(area().slot(RUN, 0).resumePoint()).isPresent();
      StagingFailure failure = fails(rest(7, TEXT.length, text(7, TEXT.length)), FileKind.CSV);
      assertThat(failure.failureName()).isEqualTo("RANGE_MISMATCH");
      assertThat(failure.worthRetrying()).isTrue();
    }

    fails(whole("\"v1\"", TEXT.length, breakingAfter(Arrays.copyOf(TEXT, 5_000))), FileKind.CSV);
    assertThat(area().slot(RUN, 0).resumePoint()).isEmpty();
    StagingFailure third = fails(rest(7, TEXT.length, text(7, TEXT.length)), FileKind.CSV);
    assertThat(third.failureName()).isEqualTo("RANGE_MISMATCH");
    assertThat(third.worthRetrying()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 1000-39999/40001",
        "bytes 1000-40000/40000",
        "bytes 1000-39998/40000",
        "bytes 1000-1/40000",
        "bytes 1001-40000/*",
        "items 1000-39999/40000"
      })
  void a_range_that_contradicts_what_was_said_is_a_mismatch(String range) {
    fails(whole("\"v1\"", TEXT.length, breakingAfter(Arrays.copyOf(TEXT, 1_000))), FileKind.CSV);
    Answer answer =
        new Answer(206, 39_000, range, "\"v1\"", null, null, null, true, text(1_000, TEXT.length));

    assertThat(fails(answer, FileKind.CSV).failureName()).isEqualTo("RANGE_MISMATCH");
    assertThat(area().slot(RUN, 0).resumePoint()).isEmpty();
  }

  @Test
  void a_rest_that_comes_in_several_ranges_is_put_together() {
    fails(whole("\"v1\"", TEXT.length, breakingAfter(Arrays.copyOf(TEXT, 1_000))), FileKind.CSV);

    StagingFailure more = fails(rest(1_000, 20_000, text(1_000, 20_000)), FileKind.CSV);
    assertThat(more.failureName()).isEqualTo("TRUNCATED");
    assertThat(more.worthRetrying()).isTrue();
    assertThat(area().slot(RUN, 0).resumePoint()).contains(new ResumePoint(20_000, "\"v1\""));
    assertThat(area().slot(RUN, 0).complete(CSV)).isEmpty();

    Receipt receipt =
        area().slot(RUN, 0).receive(rest(20_000, TEXT.length, text(20_000, TEXT.length)), CSV);
    assertThat(receipt.path()).hasBinaryContent(TEXT);
  }

  @Test
  void more_bytes_than_a_range_without_a_length_announced_are_a_mismatch() {
    fails(whole("\"v1\"", TEXT.length, breakingAfter(Arrays.copyOf(TEXT, 1_000))), FileKind.CSV);
    Answer answer =
        new Answer(
            206,
            -1,
            "bytes 1000-1999/40000",
            "\"v1\"",
            null,
            null,
            null,
            true,
            text(1_000, TEXT.length));

    assertThat(fails(answer, FileKind.CSV).failureName()).isEqualTo("RANGE_MISMATCH");
  }

  @Test
  void a_full_disk_is_waited_for_and_nothing_is_fetched_before_there_is_room() throws Exception {
    space = path -> Files.exists(path.resolve("0.part")) ? 0 : 10_000;
    limits = new StagingLimits(1, 0, Verification.FULL, 1, 1, 0);
    byte[] large = new byte[70 << 20];
    assertThat(fails(whole(null, -1, new ByteArrayInputStream(large)), FileKind.ANY).failureName())
        .isEqualTo("DISK_FULL");
    InputStream unread =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("not to be read while there is no room");
          }
        };
    for (int i = 0; i < 20; i++) {
      StagingFailure failure = fails(whole(null, -1, unread), FileKind.ANY);

      assertThat(failure.failureName()).isEqualTo("DISK_FULL");
      assertThat(failure.worthRetrying()).isTrue();
    }
    space = path -> Long.MAX_VALUE;
    assertThat(
            area()
                .slot(RUN, 0)
                .receive(
                    whole(null, -1, new ByteArrayInputStream(large)),
                    new Expectation(FileKind.ANY, "x"))
                .bytes())
        .isEqualTo(large.length);
  }

  @Test
  void counts_end_with_the_file_and_with_the_run() throws Exception {
    Path tries = folder.resolve(FileNames.folder(RUN)).resolve("0.tries");
    fails(whole(null, 0, text(0, 0)), FileKind.CSV);
    assertThat(tries).exists();
    area().slot(RUN, 0).receive(whole(null, TEXT.length, text(0, TEXT.length)), CSV);
    assertThat(tries).doesNotExist();

    fails(whole(null, 0, text(0, 0)), FileKind.CSV);
    area().removeStaleParts(Set.of(RUN), Duration.ofSeconds(-1));
    assertThat(tries).exists();
    area().removeStaleParts(Set.of(), Duration.ofSeconds(-1));
    assertThat(tries).doesNotExist();
  }

  @Test
  void a_damaged_count_begins_anew_and_files_count_apart() throws Exception {
    Path tries = folder.resolve(FileNames.folder(RUN)).resolve("0.tries");
    fails(whole(null, 0, text(0, 0)), FileKind.CSV);
    fails(whole(null, 0, text(0, 0)), FileKind.CSV);
    Files.writeString(tries, "EMPTY_BODY=\\u00zz\nEMPTY_BODY=-5");

    assertThat(area().slot(RUN, 0).failed("EMPTY_BODY")).isEqualTo(1);
    assertThat(area().slot(RUN, 0).failed("EMPTY_BODY")).isEqualTo(2);
    assertThat(area().slot(RUN, 1).failed("EMPTY_BODY")).isEqualTo(1);
    assertThat(area().slot(RUN, 0).failed("LINK_EXPIRED")).isEqualTo(1);
  }
}
