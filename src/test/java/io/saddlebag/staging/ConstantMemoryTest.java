package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The default limits must fit a small heap, whatever an archive or a document is made of. */
class ConstantMemoryTest {
  private static final int MEBIBYTES = 512;

  @TempDir Path root;

  @Test
  void an_archive_of_512_mib_is_staged_and_proven_in_a_heap_of_64_mib() throws Exception {
    assertThat(SmallJava.output(SmallJava.command(Receiving.class, root.toString())))
        .isEqualTo("[length, zip-directory, zip-crc]");
  }

  @Test
  void an_archive_of_a_million_members_is_checked_in_a_heap_of_64_mib() throws Exception {
    Path file = root.resolve("members.zip");
    ManyMembers.write(file, 1_000_000);

    assertThat(SmallJava.output(SmallJava.command(Checking.class, "ZIP", file.toString())))
        .isEqualTo("[zip-directory, zip-crc, zip-gaps]");
  }

  @Test
  void a_json_document_of_one_string_of_200_mib_is_checked_in_a_heap_of_64_mib() throws Exception {
    Path file = root.resolve("document.json");
    byte[] block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write("[\"".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 200; i++) {
        out.write(block);
      }
      out.write("\"]".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(SmallJava.output(SmallJava.command(Checking.class, "JSON", file.toString())))
        .isEqualTo("[json]");
  }

  @Test
  void a_json_document_of_a_million_names_is_checked_in_a_heap_of_64_mib() throws Exception {
    Path file = root.resolve("names.json");
    try (var out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < 1_000_000; i++) {
        out.write((i == 0 ? "{" : ",") + "\"a name of its own, number " + i + "\":" + i);
      }
      out.write("}");
    }

    assertThat(SmallJava.output(SmallJava.command(Checking.class, "JSON", file.toString())))
        .isEqualTo("[json]");
  }

  /** Checks a file in a small heap of its own. */
  static final class Checking {
    private Checking() {}

    public static void main(String[] args) throws Exception {
      Path file = Path.of(args[1]);
      ContentChecks checks = new ContentChecks(StagingLimits.defaults());
      System.out.println(
          checks.check(
              file,
              Files.size(file),
              new Expectation(FileKind.valueOf(args[0]), "x"),
              "text/plain"));
    }
  }

  /** Receives an archive in a small heap of its own. */
  static final class Receiving {
    private Receiving() {}

    public static void main(String[] args) {
      byte[] block = new byte[1 << 20];
      CRC32 crc = new CRC32();
      for (int i = 0; i < MEBIBYTES; i++) {
        crc.update(block);
      }
      long size = (long) MEBIBYTES << 20;
      List<InputStream> pieces = new ArrayList<>();
      pieces.add(new ByteArrayInputStream(Zips.header64(size, crc.getValue())));
      for (int i = 0; i < MEBIBYTES; i++) {
        pieces.add(new ByteArrayInputStream(block));
      }
      byte[] tail = Zips.tail64(size, crc.getValue());
      pieces.add(new ByteArrayInputStream(tail));
      InputStream body = new SequenceInputStream(Collections.enumeration(pieces));
      Answer answer =
          new Answer(200, 51 + size + tail.length, null, null, null, null, null, false, body);
      StagingArea area =
          new StagingArea(Path.of(args[0]), StagingLimits.defaults(), Clock.systemUTC());
      Receipt receipt =
          area.slot("large", 0).receive(answer, new Expectation(FileKind.ZIP, "large.zip"));
      System.out.println(receipt.checks());
    }
  }
}
