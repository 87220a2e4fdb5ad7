package io.saddlebag.run;

import org.jspecify.annotations.Nullable;

/**
 * The span of time that a run asks for, in the vendor's grain: days ({@code 2026-04-01}, both
 * included) or seconds of UTC ({@code 2026-04-01T00:00:00Z}, the end excluded).
 *
 * @param from its start; null for the beginning of all data
 * @param to its end
 */
public record Window(@Nullable String from, String to) {

  @Override
  public String toString() {
    return (from == null ? "" : from) + "/" + to;
  }
}
