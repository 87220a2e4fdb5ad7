package io.saddlebag.vendor.alida.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a conversion met.
 *
 * @param records how many records the document has; 0 for a codebook, which does not read them
 * @param rows how many rows or lines were written, the header left out
 * @param columns how many columns the table has, 0 for lines of JSON
 * @param unknownFields how many fields the definition does not have
 * @param unknownFieldAnswers how many answers belong to them
 * @param unknownOptions how many options the definition does not have, counted up to 10000
 * @param unknownOptionAnswers how many answers name such an option
 * @param repeatedAnswers how often a record answers a field again
 * @param duplicateOwners how many records belong to a participant who was met before
 * @param unclearSensitive how many questions have a flag isSensitive that is neither yes nor no;
 *     they are treated as sensitive
 * @param allOwnersCompared false when there are more than a million participants: those after the
 *     first million were compared with these only
 */
public record TableSummary(
    long records,
    long rows,
    int columns,
    int unknownFields,
    long unknownFieldAnswers,
    int unknownOptions,
    long unknownOptionAnswers,
    long repeatedAnswers,
    long duplicateOwners,
    int unclearSensitive,
    boolean allOwnersCompared) {

  /** Without anything unusual. */
  static TableSummary plain(long records, long rows, int columns) {
    return new TableSummary(records, rows, columns, 0, 0, 0, 0, 0, 0, 0, true);
  }

  /** The same with questions whose flags are unclear. */
  TableSummary with(List<Field> fields) {
    return new TableSummary(
        records,
        rows,
        columns,
        unknownFields,
        unknownFieldAnswers,
        unknownOptions,
        unknownOptionAnswers,
        repeatedAnswers,
        duplicateOwners,
        (int) fields.stream().filter(Field::unclear).count(),
        allOwnersCompared);
  }

  /** Whether there is anything that somebody should look at. */
  public boolean unusual() {
    return unknownFields
                + unknownOptions
                + unknownOptionAnswers
                + repeatedAnswers
                + duplicateOwners
                + unclearSensitive
            > 0
        || !allOwnersCompared;
  }

  /** The same by name, for routes: {@code ${variable.tableSummary[records]}}. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("records", records);
    map.put("rows", rows);
    map.put("columns", columns);
    map.put("unknownFields", unknownFields);
    map.put("unknownFieldAnswers", unknownFieldAnswers);
    map.put("unknownOptions", unknownOptions);
    map.put("unknownOptionAnswers", unknownOptionAnswers);
    map.put("repeatedAnswers", repeatedAnswers);
    map.put("duplicateOwners", duplicateOwners);
    map.put("unclearSensitive", unclearSensitive);
    map.put("allOwnersCompared", allOwnersCompared);
    return map;
  }
}
