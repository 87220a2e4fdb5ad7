package io.saddlebag.vendor.alida.table;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes names different from each other: the second of two equal ones gets " (2)", and so on. */
final class ColumnNames {
  private ColumnNames() {}

  static List<String> unique(List<String> names) {
    Set<String> all = new HashSet<>(names);
    Set<String> taken = new HashSet<>();
    List<String> unique = new ArrayList<>();
    for (String name : names) {
      String candidate = name;
      // A number that another column has for its own name is passed over.
      for (int number = 2; !taken.add(candidate); number++) {
        candidate = name + " (" + number + ")";
        while (all.contains(candidate)) {
          candidate = name + " (" + ++number + ")";
        }
      }
      unique.add(candidate);
    }
    return unique;
  }
}
