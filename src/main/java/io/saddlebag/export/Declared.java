package io.saddlebag.export;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter or connection setting as a Kamelet declares it.
 *
 * @param name its name
 * @param type {@code string}, {@code integer} or {@code boolean}
 * @param format a closer meaning: {@code password}, {@code duration}, {@code cron}, {@code zone},
 *     {@code date}, {@code date-time}, {@code time}, {@code charset}, {@code character}, {@code
 *     path}, {@code layout}, {@code secret-property}, or null
 * @param defaultValue what it is when it is not given, null for nothing
 * @param values the only values allowed, empty for any
 * @param pattern a regular expression that a value must match, or null
 * @param example a value that is right, or null
 * @param required whether it must be given
 */
public record Declared(
    String name,
    String type,
    @Nullable String format,
    @Nullable String defaultValue,
    List<String> values,
    @Nullable String pattern,
    @Nullable String example,
    boolean required) {}
