package io.saddlebag.export;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parameter or connection setting as a Kamelet declares it.
 *
 * @param name its name
 * @param type {@code string}, {@code integer}, {@code number}, {@code boolean}, {@code array} or
 *     {@code object}
 * @param format a closer meaning: {@code password}, {@code duration}, {@code cron}, {@code zone},
 *     {@code date}, {@code date-time}, {@code time}, {@code charset}, {@code character}, {@code
 *     path}, {@code layout}, {@code secret-property}, or null
 * @param defaultValue what it is when it is not given, null for nothing
 * @param values the only values allowed, empty for any
 * @param pattern a regular expression that a value must match, or null
 * @param example a value that is right, or null
 * @param required whether it must be given
 * @param items what each element of an array must be, null for anything
 * @param members what the members of an object must be, by name
 * @param closed whether an object may have no other members
 */
public record Declared(
    String name,
    String type,
    @Nullable String format,
    @Nullable String defaultValue,
    List<String> values,
    @Nullable String pattern,
    @Nullable String example,
    boolean required,
    @Nullable Declared items,
    Map<String, Declared> members,
    boolean closed) {

  /** Whether its value is a list or an object, and no text. */
  boolean structured() {
    return type.equals("array") || type.equals("object");
  }
}
