package io.saddlebag.simulator.altcraft;

import io.saddlebag.simulator.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The archive of a form's fills: real, the same for the same question, with names beyond ASCII
 * (item 10).
 */
final class FormFills {
  private FormFills() {}

  static Body zip(
      int formId, String from, String to, int total, boolean zipSlip, boolean truncated) {
    StringBuilder csv = new StringBuilder("fill_id,form_id,filled_at,name,answer\n");
    for (int i = 0; i < total; i++) {
      csv.append(i + 1).append(',').append(formId).append(',').append(from).append("T10:00:00Z,");
      csv.append("Zoë ")
          .append(i)
          .append(",\"ответ ")
          .append(i)
          .append(" until ")
          .append(to)
          .append("\"\n");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      add(zip, zipSlip ? "../../evil.csv" : "заполнения.csv", csv.toString());
      add(zip, "about.txt", "form " + formId + " from " + from + " to " + to + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] whole = bytes.toByteArray();
    return Body.of(truncated ? Arrays.copyOf(whole, whole.length - 40) : whole);
  }

  private static void add(ZipOutputStream zip, String name, String text) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
