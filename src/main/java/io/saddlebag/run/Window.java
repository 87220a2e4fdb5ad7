package io.saddlebag.run;

import org.jspecify.annotations.Nullable;

/**
 * The span of time that a run asks for, in the vendor's grain: days ({@code 2026-04-01}, both
 * included) or seconds of UTC ({@code 2026-04-01T00:00:00Z}, the end excluded).
 *
 * @param from its start; null for the beginning of all data
 * @param to its end; null for all that there is when the vendor reads the request
 */
public record Window(@Nullable String from, @Nullable String to) {

  @Override
  public String toString() {
    return (from == null ? "" : from) + "/" + (to == null ? "" : to);
  }
}
