package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full: a tmpfs of 4 MiB in a mount namespace of its own, which Linux allows
 * without privilege where user namespaces are on; elsewhere this is skipped.
 */
class FullDiskTest {
  @TempDir Path disk;

  private List<String> onSmallDisk(List<String> command) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=4m tmpfs \"$0\" && exec \"$@\"",
                disk.toString()));
    all.addAll(command);
    return all;
  }

  private boolean smallDiskPermitted() throws InterruptedException {
    try {
      Process probe =
          new ProcessBuilder(onSmallDisk(List.of("true")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  @Test
  void a_disk_that_fills_up_is_named_and_a_part_is_kept_only_when_it_can_be_resumed()
      throws Exception {
    assumeTrue(smallDiskPermitted(), "a tmpfs cannot be mounted here");

    String said = SmallJava.output(onSmallDisk(SmallJava.command(Staging.class, disk.toString())));

    assertThat(said.lines())
        .containsExactly(
            "without etag: DISK_FULL, part kept: false",
            "not even room for notes: DISK_FULL, part kept: false",
            "with etag: DISK_FULL, part kept: true",
            "resumed: true");
    assertThat(disk).isEmptyDirectory();
  }

  /** Stages on the small disk. */
  static final class Staging {
    private static final int BYTES = 3 << 20;
    private static final Expectation ANY = new Expectation(FileKind.ANY, "x");

    private Staging() {}

    public static void main(String[] args) throws IOException {
      Path disk = Path.of(args[0]);
      byte[] body = new byte[BYTES];
      new Random(1).nextBytes(body);
      StagingLimits limits = new StagingLimits(0, 0, Verification.FULL, 1, 1, 0);
      StagingSlot slot = new StagingArea(disk, limits, Clock.systemUTC()).slot("run", 0);
      Path ballast = Files.write(disk.resolve("ballast"), new byte[2 << 20]);

      System.out.println("without etag: " + receive(slot, disk, answer(body, null)));
      Path more = disk.resolve("more");
      fill(more);
      System.out.println("not even room for notes: " + receive(slot, disk, answer(body, "\"v1\"")));
      Files.delete(more);
      System.out.println("with etag: " + receive(slot, disk, answer(body, "\"v1\"")));
      Files.delete(ballast);
      int offset = (int) slot.resumePoint().orElseThrow().offset();
      byte[] rest = Arrays.copyOfRange(body, offset, BYTES);
      Receipt receipt =
          slot.receive(
              new Answer(
                  206,
                  rest.length,
                  "bytes " + offset + "-" + (BYTES - 1) + "/" + BYTES,
                  "\"v1\"",
                  null,
                  null,
                  null,
                  true,
                  new ByteArrayInputStream(rest)),
              ANY);
      System.out.println("resumed: " + Arrays.equals(Files.readAllBytes(receipt.path()), body));
    }

    private static Answer answer(byte[] body, @org.jspecify.annotations.Nullable String etag) {
      return new Answer(
          200, -1, null, etag, null, null, null, true, new ByteArrayInputStream(body));
    }

    private static String receive(StagingSlot slot, Path disk, Answer answer) {
      try {
        return slot.receive(answer, ANY).toString();
      } catch (StagingFailure failure) {
        boolean kept = Files.exists(disk.resolve(FileNames.folder("run")).resolve("0.part"));
        return failure.failureName() + ", part kept: " + kept;
      }
    }

    private static void fill(Path file) throws IOException {
      try (OutputStream out = Files.newOutputStream(file)) {
        byte[] page = new byte[4096];
        while (true) {
          out.write(page);
        }
      } catch (IOException full) {
        if (!String.valueOf(full.getMessage()).contains("No space left")) {
          throw full;
        }
      }
    }
  }
}
