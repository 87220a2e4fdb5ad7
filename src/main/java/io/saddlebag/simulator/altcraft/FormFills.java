package io.saddlebag.simulator.altcraft;

import io.saddlebag.simulator.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The archive of a form's fills: real, the same for the same question, with names beyond ASCII
 * (item 10). The vendor does not say what its file holds (the sheet's section 5); these columns are
 * ours.
 *
 * @param form the form's id
 * @param from the first day
 * @param to the last day
 * @param total how many fills, spread over the days; 0 leaves the headers only
 */
record FormFills(int form, LocalDate from, LocalDate to, int total) {
  private static final String HEADERS = "fill_id,form_id,filled_at,name,answer\n";

  /** Cuts the central directory, without which an archive cannot be read. */
  private static final int CUT_BYTES = 40;

  Body zip(boolean withSlip, boolean truncated) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      add(zip, "заполнения.csv", csv());
      add(zip, "about.txt", "form " + form + " from " + from + " to " + to + "\n");
      if (withSlip) {
        add(zip, "../../evil.csv", HEADERS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] whole = bytes.toByteArray();
    return Body.of(truncated ? Arrays.copyOf(whole, whole.length - CUT_BYTES) : whole);
  }

  /** The rows of one person's fills (section 2.2). */
  static Body ofOnePerson(String format) {
    String rows =
        format.equals("json") ? "[{\"name\": \"Ann\"}]" : "name;filled_at\nAnn;2026-04-01\n";
    return Body.of(rows.getBytes(StandardCharsets.UTF_8));
  }

  private String csv() {
    long days = ChronoUnit.DAYS.between(from, to) + 1;
    StringBuilder csv = new StringBuilder(HEADERS);
    for (int i = 0; i < total; i++) {
      LocalDate day = from.plusDays(i * days / total);
      csv.append(i + 1).append(',').append(form).append(',').append(day).append(" 10:00:00,");
      csv.append("Zoë ").append(i + 1).append(",\"ответ ").append(i + 1).append("\"\n");
    }
    return csv.toString();
  }

  private static void add(ZipOutputStream zip, String name, String text) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    // A fixed time keeps the bytes, and so the digest, the same from run to run.
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
