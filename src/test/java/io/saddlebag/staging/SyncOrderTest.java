package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * What would be left after a power cut: bytes are on the disk before they get their name, the notes
 * of a part before its first byte, and a name before it is said to be there.
 */
class SyncOrderTest extends SlotTest {
  private static final Expectation CSV = new Expectation(FileKind.CSV, "x");

  private final List<String> done = new ArrayList<>();
  private final AtomicBoolean fails = new AtomicBoolean();

  /** Does everything, and writes it down. */
  private final Disk disk =
      new Disk() {
        @Override
        public long usable(Path folder) {
          return Long.MAX_VALUE;
        }

        @Override
        public void sync(FileChannel channel, Path file) throws IOException {
          done.add("sync " + name(file) + " of " + Files.size(file));
          if (fails.get()) {
            throw new IOException("No space left on device");
          }
          Disk.super.sync(channel, file);
        }

        @Override
        public void syncFolder(Path folder) throws IOException {
          done.add("sync folder " + name(folder));
          Disk.super.syncFolder(folder);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
          done.add("rename " + name(from) + " to " + name(to));
          Disk.super.rename(from, to);
        }
      };

  private String name(Path path) {
    String name = folder.relativize(path).toString();
    return name.replace(FileNames.folder(RUN), "run");
  }

  private StagingSlot slot() {
    return new StagingArea(folder.resolve("area"), limits, Clock.systemUTC(), disk).slot(RUN, 0);
  }

  private void notesSynced() {
    assertThat(done.remove(0)).matches("sync area/run/0.part.properties of \\d+");
  }

  @Test
  void bytes_are_on_the_disk_before_their_name_and_the_name_before_the_receipt() {
    slot().receive(ok(TEXT, TEXT.length), CSV);

    assertThat(done.subList(0, 2)).containsExactly("sync folder ", "sync folder area");
    done.subList(0, 2).clear();
    notesSynced();
    assertThat(done)
        .containsExactly(
            "sync area/run/0.part of " + TEXT.length,
            "rename area/run/0.part to area/run/0-a.csv",
            "sync folder area/run");
  }

  @Test
  void the_end_of_a_body_of_unknown_length_is_noted_on_the_disk_behind_its_bytes() {
    slot().receive(ok(TEXT, -1), CSV);

    done.subList(0, 2).clear();
    notesSynced();
    assertThat(done.remove(0)).isEqualTo("sync area/run/0.part of " + TEXT.length);
    notesSynced();
    assertThat(done)
        .containsExactly("rename area/run/0.part to area/run/0-a.csv", "sync folder area/run");
  }

  @Test
  void a_part_that_is_finished_after_a_crash_is_put_on_the_disk_first() {
    Answer dying =
        new Answer(200, TEXT.length, null, "\"v1\"", null, null, null, true, breakingAfter(TEXT));
    assertThatThrownBy(() -> slot().receive(dying, CSV)).isInstanceOf(StagingFailure.class);
    done.clear();

    assertThat(slot().complete(CSV)).isPresent();

    assertThat(done)
        .containsExactly(
            "sync area/run/0.part of " + TEXT.length,
            "rename area/run/0.part to area/run/0-x",
            "sync folder area/run");
  }

  @Test
  void a_resumed_part_is_put_on_the_disk_whole() {
    byte[] first = Arrays.copyOf(TEXT, 10_000);
    Answer dying =
        new Answer(200, TEXT.length, null, "\"v1\"", null, null, null, true, breakingAfter(first));
    assertThatThrownBy(() -> slot().receive(dying, CSV)).isInstanceOf(StagingFailure.class);
    done.clear();

    slot()
        .receive(
            new Answer(
                206,
                TEXT.length - 10_000,
                "bytes 10000-" + (TEXT.length - 1) + "/" + TEXT.length,
                "\"v1\"",
                null,
                null,
                null,
                true,
                new ByteArrayInputStream(Arrays.copyOfRange(TEXT, 10_000, TEXT.length))),
            CSV);

    assertThat(done)
        .containsExactly(
            "sync area/run/0.part of " + TEXT.length,
            "rename area/run/0.part to area/run/0-x",
            "sync folder area/run");
  }

  @Test
  void a_disk_that_says_at_the_sync_that_it_is_full_gives_no_name() throws IOException {
    slot().receive(ok(TEXT, TEXT.length), CSV);
    done.clear();
    fails.set(true);

    StagingFailure failure =
        catchThrowableOfType(
            StagingFailure.class, () -> slot().receive(ok(TEXT, TEXT.length), CSV));

    assertThat(failure.failureName()).isEqualTo("DISK_FULL");
    assertThat(done).noneMatch(step -> step.startsWith("rename"));
  }
}
