package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The archives that jobs make: real ones, the same bytes for the same job. */
final class Archives {
  private Archives() {}

  static Body of(ExportJob job, boolean encrypted) {
    byte[] zip = bytes(job);
    return Body.of(encrypted ? withEncryptionBits(zip) : zip);
  }

  static byte[] bytes(ExportJob job) {
    StringBuilder table =
        new StringBuilder("interview__key\tinterview__id\thhsize\tregion\tsssys_irnd\n");
    for (int i = 0; i < 200; i++) {
      table.append(String.format("%02d-%02d-%02d-%02d", i % 97, i % 31, i % 53, i % 89));
      table.append('\t').append(Integer.toHexString(i * 7919)).append('\t').append(i % 9 + 1);
      table.append("\tRégion ").append(i % 5).append("\t0.").append(i * 31 % 1000).append('\n');
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      add(zip, "household.tab", table.toString());
      add(
          zip,
          "export__readme.txt",
          "Job " + job.id + ", " + job.key() + "\nThe archive of a questionnaire's interviews.\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void add(ZipOutputStream zip, String name, String text) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  /**
   * Says that every member is encrypted, as workspaces with encrypted exports do without a hint
   * (item 22).
   */
  private static byte[] withEncryptionBits(byte[] zip) {
    for (int i = 0; i + 10 < zip.length; i++) {
      boolean header = zip[i] == 'P' && zip[i + 1] == 'K';
      if (header && zip[i + 2] == 3 && zip[i + 3] == 4) {
        zip[i + 6] |= 1;
      } else if (header && zip[i + 2] == 1 && zip[i + 3] == 2) {
        zip[i + 8] |= 1;
      }
    }
    return zip;
  }
}
