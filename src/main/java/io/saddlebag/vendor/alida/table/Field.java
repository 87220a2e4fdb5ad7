package io.saddlebag.vendor.alida.table;

import java.util.List;

/**
 * One question, or one row of a grid.
 *
 * @param id what records hold
 * @param name its name; the id when the definition has none
 * @param description the question's text, with the vendor's markup
 * @param dataType the vendor's word: enum, set, string, double, datetime, identifier
 * @param options what it offers, empty for open questions
 * @param sensitive whether the definition calls it sensitive, or may mean to
 * @param unclear whether it says so in a word that is neither yes nor no
 * @param hidden whether it is not visible
 * @param system whether the vendor made it
 * @param required whether it must be answered
 * @param group the name of the grid it belongs to, empty without one
 * @param known whether the definition has it
 */
record Field(
    String id,
    String name,
    String description,
    String dataType,
    List<Option> options,
    boolean sensitive,
    boolean unclear,
    boolean hidden,
    boolean system,
    boolean required,
    String group,
    boolean known) {

  Field {
    options = List.copyOf(options);
  }

  /** A field that the definition does not have, as of a question that was deleted. */
  static Field unknown(String id) {
    return new Field(id, id, "", "", List.of(), false, false, false, false, false, "", false);
  }

  /** Whether answers are ids of options. */
  boolean choice() {
    return set() || dataType.strip().equalsIgnoreCase("enum");
  }

  /** Whether several options can be chosen. */
  boolean set() {
    return dataType.strip().equalsIgnoreCase("set");
  }

  Field inGroup(String name) {
    return new Field(
        id,
        this.name,
        description,
        dataType,
        options,
        sensitive,
        unclear,
        hidden,
        system,
        required,
        name,
        known);
  }
}
