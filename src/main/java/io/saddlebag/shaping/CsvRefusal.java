package io.saddlebag.shaping;

import io.saddlebag.csv.CsvFailure;

/** What a step says of a file that is no CSV table, with what to do about it. */
final class CsvRefusal {
  private CsvRefusal() {}

  static ShapingFailure of(CsvFailure failure, String name, String step) {
    String remedy =
        switch (failure.reason()) {
          case FIELD_COUNT, BEHIND_QUOTE ->
              "; look at delimiter of " + step + ", or ask for another file";
          case ENCODING, NUL ->
              "; see encoding of csv-rows-action, or put to-utf8-action with the right from before "
                  + step;
          default -> "; ask for another file";
        };
    return new ShapingFailure(name + " " + failure.getMessage() + remedy);
  }
}
