package io.saddlebag.shaping;

import java.util.List;
import java.util.Locale;

/** Reads a parameter of a Kamelet that is one of a few words. */
public final class Choice {
  private Choice() {}

  /**
   * The constant of this name in lower case.
   *
   * @throws ShapingFailure when there is none
   */
  public static <E extends Enum<E>> E of(Class<E> type, String parameter, String value) {
    List<E> choices = List.of(type.getEnumConstants());
    for (E choice : choices) {
      if (choice.name().toLowerCase(Locale.ROOT).equals(value)) {
        return choice;
      }
    }
    throw new ShapingFailure(
        parameter
            + " is "
            + value
            + "; it is one of "
            + choices.toString().toLowerCase(Locale.ROOT));
  }
}
