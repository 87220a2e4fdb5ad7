package io.saddlebag.simulator.commcare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Tables, and the formats that they are written in (the sheet, section 2.6; items 6 and 12). */
final class Tables {
  private final Map<String, List<List<String>>> tables = new LinkedHashMap<>();

  /** The tables of a form's submissions: ids begin at 0 in every export (item 6). */
  static Tables of(String xmlns, List<Form> forms) {
    TreeSet<String> paths = new TreeSet<>();
    forms.forEach(form -> paths.addAll(form.values().keySet()));
    List<String> headings = new ArrayList<>(List.of("id", "_id", "received_on", "xmlns"));
    headings.addAll(paths);
    List<List<String>> rows = new ArrayList<>(List.of(headings));
    List<List<String>> tags = new ArrayList<>(List.of(List.of("id", "id__0", "id__1", "")));
    for (int i = 0; i < forms.size(); i++) {
      Form form = forms.get(i);
      List<String> row =
          new ArrayList<>(
              List.of(String.valueOf(i), form.id(), form.receivedAt().toString(), xmlns));
      paths.forEach(path -> row.add(form.values().getOrDefault(path, "---")));
      rows.add(row);
      tags.add(List.of(i + "|0", String.valueOf(i), "0", "domain"));
    }
    return new Tables().table("#", rows).table("#|#export_tag|#", tags);
  }

  Tables table(String name, List<List<String>> rows) {
    tables.put(name, rows);
    return this;
  }

  byte[] bytes(String format) throws IOException {
    return switch (format) {
      case "json" -> json().getBytes(StandardCharsets.UTF_8);
      case "html" -> html().getBytes(StandardCharsets.UTF_8);
      case "xlsx" -> workbook();
      case "xls" -> oldWorkbook();
      default -> zippedCsv();
    };
  }

  private byte[] zippedCsv() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, List<List<String>>> table : tables.entrySet()) {
        zip.putNextEntry(new ZipEntry(table.getKey() + ".csv"));
        zip.write(("\uFEFF" + csv(table.getValue())).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private static String csv(List<List<String>> rows) {
    return rows.stream()
        .map(row -> row.stream().map(Tables::quoted).collect(Collectors.joining(",")))
        .collect(Collectors.joining("\r\n", "", "\r\n"));
  }

  private static String quoted(String value) {
    return value.matches("(?s).*[\",\r\n].*") ? '"' + value.replace("\"", "\"\"") + '"' : value;
  }

  private String json() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    tables.forEach(
        (name, rows) -> {
          ObjectNode table = all.putObject(name);
          ArrayNode headings = table.putArray("headers");
          rows.get(0).forEach(headings::add);
          ArrayNode list = table.putArray("rows");
          rows.stream()
              .skip(1)
              .forEach(
                  row -> {
                    ArrayNode cells = list.addArray();
                    row.forEach(cells::add);
                  });
        });
    return all.toString();
  }

  private String html() {
    StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html><body>\n");
    tables.forEach(
        (name, rows) -> {
          page.append("<h2>").append(name).append("</h2><table>");
          rows.forEach(row -> page.append("<tr><td>").append(String.join("</td><td>", row)));
          page.append("</table>\n");
        });
    return page.append("</body></html>\n").toString();
  }

  private byte[] workbook() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("[Content_Types].xml"));
      zip.write("<Types/>".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("xl/workbook.xml"));
      zip.write(("<workbook>" + tables.keySet() + "</workbook>").getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private byte[] oldWorkbook() {
    byte[] bytes = new byte[1536];
    byte[] magic = {
      (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
    };
    System.arraycopy(magic, 0, bytes, 0, magic.length);
    return bytes;
  }
}
