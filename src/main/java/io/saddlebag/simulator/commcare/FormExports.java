package io.saddlebag.simulator.commcare;

import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.Call;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** {@code reports/export/}: submissions since a token (the sheet, sections 2.2 to 2.4). */
final class FormExports {
  private static final Set<String> FORMATS = Set.of("csv", "xlsx", "xls", "html", "json", "raw");

  private final Clock clock;
  private final Map<String, List<Form>> forms = new HashMap<>();
  private final Map<String, Checkpoint> checkpoints = new HashMap<>();
  private int serial;

  private record Checkpoint(String xmlns, Instant at) {}

  FormExports(Clock clock) {
    this.clock = clock;
  }

  void submit(String xmlns, Form form) {
    forms.computeIfAbsent(xmlns, unknown -> new ArrayList<>()).add(form);
  }

  /** The order of checks is the server's: token, data, then format (items 1, 7, 8, 9). */
  boolean answer(Call call, NoDataAnswer nothing) throws IOException {
    String tag = call.query("export_tag");
    if (tag != null && !tag.isEmpty() && !tag.matches("\"[^\"]*\"")) {
      return call.empty(400);
    }
    String xmlns = tag == null ? "" : tag.replace("\"", "");
    String format = call.query("format") == null ? "xlsx" : String.valueOf(call.query("format"));
    List<Form> all = forms.getOrDefault(xmlns, List.of());
    if (format.equals("raw")) {
      return call.header("Content-Disposition", "attachment; filename=\"" + xmlns + ".zip\"")
          .bytes(200, "application/zip", Body.of(raw(all)));
    }
    String previous = call.query("previous_export");
    Checkpoint checkpoint =
        previous == null || previous.isEmpty() ? null : checkpoints.get(previous);
    if (checkpoint == null && previous != null && !previous.isEmpty()) {
      return call.text(404, "text/html", "No previous export with id \"" + previous + "\" found");
    }
    if (checkpoint != null && !checkpoint.xmlns.equals(xmlns)) {
      return call.text(
          400, "text/html", "doc-schema mismatch: doc has keys not in schema: 'form|other'");
    }
    List<Form> fresh = since(all, checkpoint);
    if (fresh.isEmpty()) {
      return nothing.answer(call);
    }
    if (!FORMATS.contains(format)) {
      return call.text(400, "text/html", "Unsupported export format: " + format + "!");
    }
    boolean errors = String.valueOf(call.query("include_errors")).matches("(?i)true|t|yes|y|1");
    List<Form> shown = fresh.stream().filter(form -> errors || !form.duplicate()).toList();
    String token = token(xmlns);
    call.header("X-CommCareHQ-Export-Token", token);
    return send(call, xmlns, format, Tables.of(xmlns, shown).bytes(format));
  }

  /** Whole seconds, inclusive: what came in the checkpoint's second comes again (item 5). */
  private static List<Form> since(List<Form> all, @Nullable Checkpoint checkpoint) {
    return checkpoint == null
        ? all
        : all.stream()
            .filter(
                form -> !form.receivedAt().isBefore(checkpoint.at.truncatedTo(ChronoUnit.SECONDS)))
            .toList();
  }

  private String token(String xmlns) {
    String token = "42776b054d8256c86d1f8ca2%08x".formatted(++serial);
    checkpoints.put(token, new Checkpoint(xmlns, clock.instant()));
    return token;
  }

  /**
   * In pieces and without a length; the content types are the server's, wrong ones too (item 12).
   */
  static boolean send(Call call, String name, String format, byte[] bytes) throws IOException {
    String ending = format.equals("csv") ? "zip" : format;
    if (!Set.of("html", "json").contains(format)) {
      call.header("Content-Disposition", "attachment; filename=\"" + name + "." + ending + "\"");
    }
    String type =
        switch (format) {
          case "csv" -> "application/zip";
          case "html" -> "text/html; charset=utf-8";
          case "json" -> "application/json";
          default -> "application/vnd.ms-excel";
        };
    return call.chunked(200, type, Body.of(bytes));
  }

  private static byte[] raw(List<Form> forms) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Form form : forms) {
        byte[] xml = ("<data id=\"" + form.id() + "\"/>").getBytes(StandardCharsets.UTF_8);
        ZipEntry entry = new ZipEntry(form.id() + ".xml");
        CRC32 crc = new CRC32();
        crc.update(xml);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(xml.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(xml);
      }
    }
    return bytes.toByteArray();
  }

  /** How the server says that there is nothing. */
  @FunctionalInterface
  interface NoDataAnswer {
    boolean answer(Call call) throws IOException;
  }
}
