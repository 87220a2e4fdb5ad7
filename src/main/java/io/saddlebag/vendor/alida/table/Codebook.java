package io.saddlebag.vendor.alida.table;

import java.io.IOException;
import java.util.List;

/** What the columns and answers of a table mean: one row for each option of each question. */
final class Codebook {
  private static final List<String> HEADERS =
      List.of(
          "fieldId",
          "fieldName",
          "description",
          "dataType",
          "groupName",
          "isSensitive",
          "isHidden",
          "isSystem",
          "isRequired",
          "optionId",
          "optionLabel",
          "optionVisibility");

  private Codebook() {}

  static int width() {
    return HEADERS.size();
  }

  static void write(List<Field> fields, CsvWriter csv) throws IOException {
    row(csv, HEADERS);
    for (Field field : fields) {
      if (field.options().isEmpty()) {
        row(csv, cells(field, new Option("", "", "")));
      }
      for (Option option : field.options()) {
        row(csv, cells(field, option));
      }
    }
  }

  private static List<String> cells(Field field, Option option) {
    return List.of(
        field.id(),
        field.name(),
        field.description(),
        field.dataType(),
        field.group(),
        Boolean.toString(field.sensitive()),
        Boolean.toString(field.hidden()),
        Boolean.toString(field.system()),
        Boolean.toString(field.required()),
        option.id(),
        option.label(),
        option.visibility());
  }

  private static void row(CsvWriter csv, List<String> cells) throws IOException {
    for (String cell : cells) {
      csv.text(cell);
    }
    csv.endRow();
  }
}
