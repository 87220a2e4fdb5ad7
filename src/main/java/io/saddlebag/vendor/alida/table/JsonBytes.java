package io.saddlebag.vendor.alida.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads JSON out of UTF-8 bytes that end with eight zeros. Knows what JSON allows and no more: all
 * else, and what is allowed but rare, is {@link Unusual}. Methods take the place where something
 * begins and return the place behind it. A text with escapes is resolved where it stands, so its
 * bytes can be read once only.
 */
final class JsonBytes {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = ONES << 7;

  /** Parsers have limits for these; far below them, nothing has to be known about the limits. */
  private static final int DEEPEST = 50;

  private static final int LONGEST_NUMBER = 200;
  private static final int LONGEST_NAME = 1000;

  private final EscapedText escaped = new EscapedText();
  private byte[] bytes = {};
  private int from;
  private int to;

  void over(byte[] zeroEnded) {
    bytes = zeroEnded;
  }

  byte at(int at) {
    return bytes[at];
  }

  /** Eight bytes; those behind a zero are of no meaning. */
  long word(int at) {
    return (long) WORDS.get(bytes, at);
  }

  /** The eight bytes of an ASCII text as {@link #word} has them. */
  static long word(String eight) {
    long word = 0;
    for (int i = 7; i >= 0; i--) {
      word = word << 8 | eight.charAt(i);
    }
    return word;
  }

  /** Where the scalar that was read last has its text. */
  int from() {
    return from;
  }

  /** Where its text ends. */
  int to() {
    return to;
  }

  int space(int at) {
    int next = at;
    while (bytes[next] <= ' ' && blank(bytes[next])) {
      next++;
    }
    return next;
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** One byte that has to be there, and the white space behind it. */
  int past(char ascii, int at) throws Unusual {
    if (bytes[at] != ascii) {
      throw Unusual.HERE;
    }
    return space(at + 1);
  }

  /**
   * The first element of a list or object whose beginning was read; when it has none, the
   * complement of the place behind it.
   */
  int first(int at, char close) {
    int next = space(at);
    return bytes[next] == close ? ~(next + 1) : next;
  }

  /** The element after the one that ends here, or the complement as in {@link #first}. */
  int next(int at, char close) throws Unusual {
    int next = space(at);
    if (bytes[next] == ',') {
      return space(next + 1);
    }
    if (bytes[next] == close) {
      return ~(next + 1);
    }
    throw Unusual.HERE;
  }

  /** A name, which is not resolved, and its colon. */
  int name(int at) throws Unusual {
    if (bytes[at] != '"') {
      throw Unusual.HERE;
    }
    int end = text(at + 1);
    if (to != end - 1 || end - at > LONGEST_NAME) {
      throw Unusual.HERE;
    }
    return colon(end);
  }

  int colon(int at) throws Unusual {
    return bytes[at] == ':' && bytes[at + 1] > ' ' ? at + 1 : past(':', space(at));
  }

  /** Text, number or word; its text is as it is written, that of null is empty. */
  int scalar(int at) throws Unusual {
    byte first = bytes[at];
    if (first == '"') {
      return text(at + 1);
    }
    if (first == 'n') {
      return nothing(at);
    }
    from = at;
    to = first == 't' || first == 'f' ? literal(at) : number(at);
    return to;
  }

  /** The word null, whose text is empty. */
  int nothing(int at) throws Unusual {
    from = at;
    to = at;
    return literal(at);
  }

  private int literal(int at) throws Unusual {
    String word = bytes[at] == 't' ? "true" : bytes[at] == 'f' ? "false" : "null";
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        throw Unusual.HERE;
      }
    }
    return at + word.length();
  }

  private int number(int at) throws Unusual {
    int next = bytes[at] == '-' ? at + 1 : at;
    next = bytes[next] == '0' ? next + 1 : digits(next);
    if (bytes[next] == '.') {
      next = digits(next + 1);
    }
    if (bytes[next] == 'e' || bytes[next] == 'E') {
      byte sign = bytes[next + 1];
      next = digits(sign == '+' || sign == '-' ? next + 2 : next + 1);
    }
    if (next - at > LONGEST_NUMBER) {
      throw Unusual.HERE;
    }
    return next;
  }

  private int digits(int at) throws Unusual {
    int next = at;
    while (bytes[next] >= '0' && bytes[next] <= '9') {
      next++;
    }
    if (next == at) {
      throw Unusual.HERE;
    }
    return next;
  }

  /** Any value, which has to be well-formed and is not kept. */
  int skip(int at) throws Unusual {
    return skip(at, DEEPEST);
  }

  private int skip(int at, int deeper) throws Unusual {
    byte open = bytes[at];
    if (open != '{' && open != '[') {
      return scalar(at);
    }
    if (deeper == 0) {
      throw Unusual.HERE;
    }
    char close = open == '{' ? '}' : ']';
    int next = first(at + 1, close);
    while (next >= 0) {
      next = next(skip(open == '{' ? name(next) : next, deeper - 1), close);
    }
    return ~next;
  }

  /** A text whose quote was read, to behind its other quote. */
  private int text(int start) throws Unusual {
    int at = start;
    while (true) {
      long word = (long) WORDS.get(bytes, at);
      // Marks quotes, backslashes, control characters and what is not ASCII. A mark can be wrong,
      // but only behind a right one.
      long marks =
          (word | word - ONES * ' ' | (word ^ ONES * '"') - ONES | (word ^ ONES * '\\') - ONES)
              & HIGHS;
      if (marks == 0) {
        at += 8;
        continue;
      }
      at += Long.numberOfTrailingZeros(marks) >>> 3;
      byte b = bytes[at];
      if (b == '"') {
        from = start;
        to = at;
        return at + 1;
      }
      if (b == '\\') {
        int end = escaped.resolve(bytes, at);
        from = start;
        to = escaped.end();
        return end;
      }
      at = Utf8.character(bytes, at);
    }
  }
}
