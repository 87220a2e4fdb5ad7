package io.saddlebag.vendor.commcare;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The names of CommCare's tables: {@code #} is the table of forms, {@code #|form|child|#} the one
 * of the repeated group child; signs that say nothing, and that no file on Windows may have.
 */
final class TableName {
  private static final String ROOT = "Forms";

  private TableName() {}

  /**
   * The usable name of an entry, whose folders are kept: {@code Forms.csv}, {@code form.child.csv},
   * {@code export_tag.csv}; a name that is usable stays as it is.
   */
  static String of(String entry) {
    int slash = entry.lastIndexOf('/') + 1;
    int dot = entry.lastIndexOf('.');
    int end = dot > slash ? dot : entry.length();
    String table = entry.substring(slash, end);
    String usable =
        Arrays.stream(table.split("\\|"))
            .map(part -> part.replaceFirst("^#", "").strip())
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("."))
            .replaceAll("[:*?\"<>]", "-");
    return entry.substring(0, slash) + (usable.isEmpty() ? ROOT : usable) + entry.substring(end);
  }
}
