package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingAreaTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant OLD = NOW.minus(Duration.ofHours(3));

  @TempDir Path root;

  private void clean(String... live) {
    new StagingArea(root, StagingLimits.defaults(), Clock.fixed(NOW, ZoneOffset.UTC))
        .removeStaleParts(Set.of(live), Duration.ofHours(1));
  }

  private Path file(String run, String name, Instant at) throws IOException {
    Path folder = Files.createDirectories(root.resolve(run));
    Path file = Files.writeString(folder.resolve(name), "x");
    Files.setLastModifiedTime(file, FileTime.from(at));
    Files.setLastModifiedTime(folder, FileTime.from(at));
    return file;
  }

  private Stream<String> runs() throws IOException {
    try (Stream<Path> folders = Files.list(root)) {
      return folders.map(folder -> folder.getFileName().toString()).toList().stream();
    }
  }

  @Test
  void a_folder_that_held_only_stale_parts_goes_with_them() throws IOException {
    file("ended", "0.part", OLD);
    file("ended", "0.part.properties", OLD);
    file("live", "0.part", OLD);
    file("fresh", "0.part", NOW);
    Path staged = file("staged", "0-a.csv", OLD);
    file("staged", "1.part", OLD);

    clean("live");

    assertThat(runs()).containsExactlyInAnyOrder("live", "fresh", "staged");
    assertThat(root.resolve("staged")).isDirectoryContaining(staged::equals);
    assertThat(root.resolve("staged").resolve("1.part")).doesNotExist();
  }

  @Test
  void an_empty_folder_goes_when_it_is_old_and_nobody_is_about_to_write_into_it()
      throws IOException {
    for (String run : new String[] {"ended", "live", "fresh"}) {
      Path folder = Files.createDirectories(root.resolve(run));
      Files.setLastModifiedTime(folder, FileTime.from(run.equals("fresh") ? NOW : OLD));
    }

    clean("live");

    assertThat(runs()).containsExactlyInAnyOrder("live", "fresh");
  }

  @Test
  void a_staged_file_whose_name_looks_like_a_part_is_kept() throws IOException {
    Path volume = file("staged", "0-export.part1.zip", OLD);
    Path odd = file("staged", "0-0.part", OLD);

    clean();

    assertThat(volume).exists();
    assertThat(odd).exists();
  }

  @Test
  void a_staging_folder_that_was_never_needed_is_clean() {
    new StagingArea(root.resolve("none"), StagingLimits.defaults(), Clock.systemUTC())
        .removeStaleParts(Set.of(), Duration.ZERO);

    assertThat(root.resolve("none")).doesNotExist();
  }
}
