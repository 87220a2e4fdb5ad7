package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.shaping.UnpackProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An archive of 1 GiB of tables through unpack-action at -Xmx64m, in turn with unzip, both to files
 * in a folder. Prints whole processes; asserts only that the bytes are there.
 */
@Tag("bench")
class UnpackBench {
  private static final long BYTES = Long.getLong("bench.mib", 1024) << 20;
  private static final int PAIRS = Integer.getInteger("bench.pairs", 5);
  private static final int TABLES = 16;

  @TempDir Path folder;

  @Test
  void unpack_beside_unzip() throws Exception {
    Path zip = archive();
    Path out = folder.resolve("out");
    List<String> ours = new ArrayList<>();
    ours.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ours.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-cp"));
    ours.add(System.getProperty("java.class.path"));
    ours.addAll(
        List.of(
            UnpackProcess.class.getName(),
            zip.toString(),
            folder.resolve("work").toString(),
            out.toString()));
    List<String> theirs = List.of("unzip", "-q", zip.toString(), "-d", out.toString());
    for (int pair = 1; pair <= PAIRS; pair++) {
      System.out.println("unpack-action: " + timed(ours, out));
      System.out.println("unzip:         " + timed(theirs, out));
    }
  }

  private Path archive() throws Exception {
    Path zip = folder.resolve("tables.zip");
    StringBuilder rows = new StringBuilder();
    for (int row = 0; rows.length() < 1 << 20; row++) {
      rows.append(row).append(",interview-").append(Integer.toHexString(row * 40_503));
      rows.append(",answered,").append(row * 31 % 97).append("\r\n");
    }
    byte[] block = rows.substring(0, 1 << 20).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (int table = 0; table < TABLES; table++) {
        out.putNextEntry(new ZipEntry("tables/table-" + table + ".csv"));
        for (long at = 0; at < BYTES / TABLES; at += block.length) {
          out.write(block);
        }
      }
    }
    return zip;
  }

  /** Seconds and KiB as the system counts them, and what the program itself says. */
  private String timed(List<String> command, Path out) throws Exception {
    Path said = folder.resolve("said.txt");
    List<String> timed =
        new ArrayList<>(
            List.of("/usr/bin/time", "-f", "%e s wall, %U s user, %S s system, %M KiB"));
    timed.addAll(command);
    Process process =
        new ProcessBuilder(timed).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    long bytes = 0;
    try (Stream<Path> files = Files.walk(out)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
        Files.delete(file);
      }
    }
    assertThat(bytes).isEqualTo(BYTES);
    String[] lines = Files.readString(said).strip().split("\n");
    return lines[lines.length - 1] + (lines.length > 1 ? " (" + lines[lines.length - 2] + ")" : "");
  }
}
