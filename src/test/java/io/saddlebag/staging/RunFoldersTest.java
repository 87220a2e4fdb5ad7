package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each run has a folder of its own, also on disks that tell few names apart. */
class RunFoldersTest {
  private static final byte[] TEXT = "a,b\n1,2\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
  private static final Expectation CSV = new Expectation(FileKind.TEXT, "a.csv");

  @TempDir Path root;

  private StagingArea area() {
    return new StagingArea(
        root, new StagingLimits(0, 0, Verification.FULL, 100, 1 << 20, 0), Clock.systemUTC());
  }

  private static Answer answer(byte[] bytes) {
    return new Answer(
        200,
        bytes.length,
        null,
        "\"v1\"",
        null,
        "text/csv",
        null,
        true,
        new ByteArrayInputStream(bytes));
  }

  @ParameterizedTest
  @CsvSource({"Apps,apps", "caf\u00e9,cafe\u0301", "a b,a_b", "a:b,ab", "\u00df,ss", "\u0130,i"})
  void runs_whose_names_differ_in_little_have_folders_of_their_own(String one, String two) {
    String at = "@2026-11-24T00:00:00Z";
    String first = FileNames.folder(one + at);
    String second = FileNames.folder(two + at);

    assertThat(first.toUpperCase(Locale.ROOT)).isNotEqualTo(second.toUpperCase(Locale.ROOT));
    assertThat(first).matches("[a-z0-9@._-]+");
  }

  @Test
  void a_long_name_has_a_folder_that_every_disk_takes() {
    assertThat(FileNames.folder("x".repeat(400) + "@2026-11-24T00:00:00Z")).hasSizeLessThan(255);
  }

  @Test
  void the_same_file_name_of_two_such_runs_is_two_files() throws Exception {
    byte[] other = "c,d\n3,4\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
    Receipt upper = area().slot("Apps@2026-11-24T00:00:00Z", 0, 1).receive(answer(TEXT), CSV);
    Receipt lower = area().slot("apps@2026-11-24T00:00:00Z", 0, 1).receive(answer(other), CSV);

    area().verify(upper.path(), upper.bytes(), upper.sha256());
    area().verify(lower.path(), lower.bytes(), lower.sha256());
  }

  @Test
  void a_part_of_a_version_before_is_gone_on_with_when_the_server_confirms_it() throws Exception {
    String run = "Apps@2026-11-24T00:00:00Z";
    Path old = Files.createDirectories(root.resolve(FileNames.oldFolder(run)));
    Files.write(old.resolve("0.part"), Arrays.copyOf(TEXT, 3000));
    Files.writeString(
        old.resolve("0.part.properties"), "etag=\"v1\"\nannounced=3000\ncoding=NONE\n");

    StagingSlot slot = area().slot(run, 0, 4);

    assertThat(slot.complete(CSV)).isEmpty();
    assertThat(slot.resumePoint()).contains(new ResumePoint(3000, "\"v1\""));
    assertThat(old.resolve("0.part")).exists();
  }

  @Test
  void what_versions_before_left_of_a_run_that_may_resume_is_kept() throws Exception {
    Path old = Files.createDirectories(root.resolve("apps@2026-11-24t000000z"));
    Path part = Files.write(old.resolve("0.part"), TEXT);
    Files.setLastModifiedTime(part, FileTime.from(Instant.now().minus(Duration.ofDays(1))));

    area().removeStaleParts(Set.of("Apps@2026-11-24T00:00:00Z"), Duration.ofHours(1));
    assertThat(part).exists();

    area().removeStaleParts(Set.of("other@2026-11-24T00:00:00Z"), Duration.ofHours(1));
    assertThat(part).doesNotExist();
  }

  @Test
  void a_staged_file_that_was_changed_at_once_keeping_its_length_is_refused() throws Exception {
    StagingArea area = area();
    Receipt receipt = area.slot("apps@2026-11-24T00:00:00Z", 0, 1).receive(answer(TEXT), CSV);
    area.verify(receipt.path(), receipt.bytes(), receipt.sha256());
    FileTime modified = Files.getLastModifiedTime(receipt.path());

    byte[] changed = TEXT.clone();
    changed[0] = 'z';
    Files.write(receipt.path(), changed);
    Files.setLastModifiedTime(receipt.path(), modified);

    assertThatExceptionOfType(StagingFailure.class)
        .isThrownBy(() -> area.verify(receipt.path(), receipt.bytes(), receipt.sha256()))
        .satisfies(failure -> assertThat(failure.failureName()).isEqualTo("STAGED_FILE_DAMAGED"));
  }

  @Test
  void staging_is_for_its_owner_only_from_the_first_byte_and_corrected_at_start() throws Exception {
    Path staging = root.resolve("data").resolve("staging");
    StagingArea area =
        new StagingArea(
            staging,
            new StagingLimits(0, 0, Verification.FULL, 100, 1 << 20, 0),
            Clock.systemUTC());
    Receipt receipt = area.slot("apps@2026-11-24T00:00:00Z", 0, 1).receive(answer(TEXT), CSV);

    assertThat(permissions(receipt.path())).isEqualTo("rw-------");
    for (Path made = receipt.path().getParent(); !made.equals(root); made = made.getParent()) {
      assertThat(permissions(made)).as(made.toString()).isEqualTo("rwx------");
    }

    Path old = Files.createDirectories(staging.resolve("old"));
    for (Path open : new Path[] {staging, old}) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    area.makePrivate();
    assertThat(permissions(staging)).isEqualTo("rwx------");
    assertThat(permissions(old)).isEqualTo("rwx------");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
