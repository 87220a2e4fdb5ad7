package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;

/** A staging area and answers to receive into its slots. */
abstract class SlotTest {
  static final String RUN = "household@2026-11-24T02:00:00Z";
  static final byte[] TEXT = "a,b\n1,2\n".repeat(5_000).getBytes(StandardCharsets.UTF_8);
  @TempDir Path folder;
  StagingLimits limits = new StagingLimits(0, 0, Verification.FULL, 1_000, 1 << 20, 0);
  Disk space = path -> Long.MAX_VALUE;

  StagingArea area() {
    return new StagingArea(folder, limits, Clock.systemUTC(), space);
  }

  static Answer ok(byte[] bytes, long length) {
    return new Answer(
        200,
        length,
        null,
        "\"v1\"",
        null,
        "text/csv",
        "attachment; filename=a.csv",
        true,
        new ByteArrayInputStream(bytes));
  }

  static InputStream breakingAfter(byte[] bytes) {
    return new InputStream() {
      final InputStream in = new ByteArrayInputStream(bytes);

      @Override
      public int read() throws IOException {
        throw new IOException("not used");
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        int count = in.read(b, off, len);
        if (count < 0) {
          throw new IOException("connection reset");
        }
        return count;
      }
    };
  }

  Receipt receive(byte[] bytes, FileKind kind) {
    return area()
        .slot(RUN, 0)
        .receive(ok(bytes, bytes.length), new Expectation(kind, "fallback.bin"));
  }

  void assertRefused(byte[] bytes, FileKind kind, String name) throws IOException {
    assertThatThrownBy(() -> receive(bytes, kind))
        .isInstanceOfSatisfying(
            StagingFailure.class, failure -> assertThat(failure.failureName()).isEqualTo(name));
    assertNothingStaged();
  }

  void assertNothingStaged() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .allMatch(file -> file.matches("\\d+[.](part|part[.]properties|tries)"));
    }
  }

  static byte[] zip(int entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < entries; i++) {
        zip.putNextEntry(new ZipEntry("entry-" + i + ".tab"));
        zip.write(("row " + i + "\n").repeat(50).getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
