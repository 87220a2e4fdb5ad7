package io.saddlebag.vendor.alida.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which columns a wide table has: first the participant and the date, then these. */
final class Layout {
  private final TableOptions options;
  private final List<Catalog.Entry> entries;

  /**
   * One column.
   *
   * @param field the field's number
   * @param option the option it tells of, -1 for all of the answer
   * @param masked whether answers are replaced
   */
  record Column(int field, int option, boolean masked) {}

  Layout(TableOptions options, Catalog catalog) {
    this.options = options;
    this.entries = catalog.entries();
  }

  /** Whether a field is in the table at all. */
  static boolean shows(TableOptions options, Field field) {
    return (options.hidden() || !field.hidden())
        && (options.system() || !field.system())
        && !(options.sensitive() == TableOptions.Sensitive.DROP && guarded(field));
  }

  /** Whether a field's answers are replaced by stars. */
  static boolean masks(TableOptions options, Field field) {
    return options.sensitive() == TableOptions.Sensitive.MASK && guarded(field);
  }

  /** What is not known to be harmless is not harmless. */
  static boolean guarded(Field field) {
    return field.sensitive() || !field.known();
  }

  List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (int number = 0; number < entries.size(); number++) {
      Catalog.Entry entry = entries.get(number);
      Field field = entry.field();
      boolean masked = masks(options, field);
      if (!shows(options, field)) {
        continue;
      }
      if (options.sets() == TableOptions.Sets.COLUMNS && field.set() && !masked) {
        for (int option = 0; option < entry.options().size(); option++) {
          columns.add(new Column(number, option, false));
        }
      } else {
        columns.add(new Column(number, -1, masked));
      }
    }
    return columns;
  }

  /** The headers of all columns, the first two among them. */
  List<String> headers(List<Column> columns) {
    Map<Integer, String> titles = titles();
    List<String> headers = new ArrayList<>(List.of("ownerId", "lastUpdateDate"));
    for (Column column : columns) {
      String title = titles.getOrDefault(column.field(), "");
      if (column.option() >= 0) {
        Option option = entries.get(column.field()).options().get(column.option());
        title += "[" + shown(option) + "]";
      }
      headers.add(title);
    }
    return ColumnNames.unique(headers);
  }

  /** The rows of a grid have one description: their names tell them apart. */
  private Map<Integer, String> titles() {
    Map<String, Integer> uses = new HashMap<>();
    for (Catalog.Entry entry : entries) {
      uses.merge(PlainText.of(entry.field().description()), 1, Integer::sum);
    }
    Map<Integer, String> titles = new HashMap<>();
    for (int number = 0; number < entries.size(); number++) {
      Field field = entries.get(number).field();
      String text = PlainText.of(field.description());
      titles.put(
          number,
          switch (options.headers()) {
            case ID -> field.id();
            case NAME -> field.name();
            case DESCRIPTION ->
                text.isEmpty()
                    ? field.name()
                    : uses.getOrDefault(text, 0) > 1 ? text + " (" + field.name() + ")" : text;
          });
    }
    return titles;
  }

  /** What stands for an option, by the user's choice. */
  String shown(Option option) {
    return options.values() == TableOptions.Values.IDS ? option.id() : option.label();
  }
}
