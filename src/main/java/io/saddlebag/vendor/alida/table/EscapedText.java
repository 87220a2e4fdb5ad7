package io.saddlebag.vendor.alida.table;

/**
 * Resolves the escapes of a JSON text where it stands: what is meant is never longer than what is
 * written. Takes places and returns the place behind, as {@link JsonBytes} does.
 */
final class EscapedText {
  private byte[] bytes = {};
  private int end;

  /** Where the resolved text ends. */
  int end() {
    return end;
  }

  /** From an escape, up to which the text is plain, to behind its closing quote. */
  int resolve(byte[] text, int start) throws Unusual {
    bytes = text;
    end = start;
    int at = start;
    while (bytes[at] != '"') {
      byte b = bytes[at];
      if (b == '\\') {
        at = escape(at + 1);
      } else if (b >= ' ') {
        bytes[end++] = b;
        at++;
      } else {
        for (int next = Utf8.character(bytes, at); at < next; at++) {
          bytes[end++] = bytes[at];
        }
      }
    }
    return at + 1;
  }

  private int escape(int at) throws Unusual {
    byte letter = bytes[at];
    if (letter == 'u') {
      return unit(at + 1);
    }
    bytes[end++] =
        switch (letter) {
          case '"', '\\', '/' -> letter;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> throw Unusual.HERE;
        };
    return at + 1;
  }

  /** Four digits that are a character, or half of one. */
  private int unit(int at) throws Unusual {
    int next = at + 4;
    int point = hex(at);
    if (point >= 0xD800 && point < 0xE000) {
      int half = point;
      point = Utf8.NO_CHARACTER;
      if (half < 0xDC00 && bytes[next] == '\\' && bytes[next + 1] == 'u') {
        int other = hex(next + 2);
        if (other >= 0xDC00 && other < 0xE000) {
          point = Character.toCodePoint((char) half, (char) other);
          next += 6;
        }
      }
    }
    end = Utf8.put(point, bytes, end);
    return next;
  }

  private int hex(int at) throws Unusual {
    int number = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        throw Unusual.HERE;
      }
      number = number << 4 | digit;
    }
    return number;
  }
}
