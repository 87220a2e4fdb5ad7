package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives larger than the heap, in a Java of 64 MiB of its own. */
@Tag("load")
class UnpackMemoryTest {
  private static final long MEBIBYTES = Long.getLong("unpack.mib", 160);

  @TempDir Path folder;

  @Test
  void an_entry_larger_than_the_heap_is_unpacked_in_64_mib() throws Exception {
    Path zip = folder.resolve("large.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.setLevel(1);
      out.putNextEntry(new ZipEntry("large.csv"));
      byte[] block = new byte[1 << 20];
      for (long i = 0; i < MEBIBYTES; i++) {
        out.write(block);
      }
    }

    assertThat(unpacked(zip)).startsWith("1 entries, " + (MEBIBYTES << 20) + " bytes");
  }

  @Test
  void an_archive_of_more_entries_than_16_bits_count_is_unpacked_in_64_mib() throws Exception {
    Path zip = folder.resolve("many.zip");
    try (ZipOutputStream out =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(zip), 1 << 20))) {
      for (int i = 0; i < 65_600; i++) {
        out.putNextEntry(new ZipEntry("photos/interview-" + i + ".jpg"));
        out.write('x');
      }
    }

    assertThat(unpacked(zip)).startsWith("65600 entries, 65600 bytes");
  }

  private String unpacked(Path zip) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(UnpackProcess.class.getName());
    command.add(zip.toString());
    command.add(folder.resolve("work").toString());
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said =
          new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).as(said).isZero();
      assertThat(folder.resolve("work")).isEmptyDirectory();
      return said.substring(said.lastIndexOf('\n') + 1);
    } finally {
      child.destroyForcibly();
    }
  }
}
