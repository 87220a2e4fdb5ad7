package io.saddlebag.destination;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * What PostgreSQL says of a row that it does not take, without the values that stand there: they
 * may be somebody's name, and the message is kept and logged. Servers say it in many languages.
 *
 * @param words the server's
 * @param state its SQLSTATE
 */
record CopyRefusal(ServerErrorMessage words, String state) {
  private static final Pattern PLACE =
      Pattern.compile("(?m)^COPY [^\\n]*?, \\D*?(\\d+)(?:, \\S+ ([^:\\n]+))?(?::.*)?$");
  private static final Pattern QUOTED =
      Pattern.compile("[\"\u00ab\u00bb\u201e\u201c\u201d].*[\"\u00ab\u00bb\u201e\u201c\u201d]");

  /** The row of the COPY from 1, where the server tells it. */
  OptionalLong row() {
    Matcher place = place();
    return place.find() ? OptionalLong.of(Long.parseLong(place.group(1))) : OptionalLong.empty();
  }

  /** The column, where the server tells it. */
  @Nullable String column() {
    Matcher place = place();
    return place.find() ? place.group(2) : null;
  }

  /** The lines before its own are those of a function, or of a document in a field. */
  private Matcher place() {
    return PLACE.matcher(words.getWhere() == null ? "" : words.getWhere());
  }

  /** Why. */
  String reason() {
    String message = words.getMessage() == null ? "" : words.getMessage();
    if (state.startsWith("22")) {
      // Of data; the names of tables and columns are not in these messages.
      return QUOTED
          .matcher(message.replaceFirst("(?s): ?[\"\u00ab\u00bb\u201e].*", ""))
          .replaceAll("…");
    }
    if (state.startsWith("P0")) {
      return "a trigger or function of the table raised an exception";
    }
    return message.replaceFirst("(?s): \".*", "");
  }
}
