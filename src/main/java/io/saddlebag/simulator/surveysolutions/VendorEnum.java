package io.saddlebag.simulator.surveysolutions;

import java.util.Optional;

/** A word of the API that may also be sent as a number (Survey Solutions sheet, section 2.1). */
interface VendorEnum {

  /** The number that stands for it. */
  int code();

  /** The word as the server writes it. */
  String word();

  /** The value that this text means, by word in any case or by number. */
  static <E extends VendorEnum> Optional<E> find(E[] values, String text) {
    for (E value : values) {
      if (value.word().equalsIgnoreCase(text) || String.valueOf(value.code()).equals(text)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
