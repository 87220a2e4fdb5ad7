package io.saddlebag.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code words}: reads what a vendor's answer says, whatever it holds instead. A path
 * names members with dots between, as {@code export_files.status}; its names may be several, as
 * {@code id|batchId}, of which the first that says something counts.
 */
public final class Words {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_PROGRESS = 9;

  /** Lower case, blanks as underscores; the empty text for nothing. */
  public String plain(@Nullable String word) {
    return word == null ? "" : word.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
  }

  /** A text, a number or a truth value as text; null for a blank, an object or a list. */
  public @Nullable String text(@Nullable Object answer, String path) {
    for (String names : alternatives(path)) {
      Object value = at(answer, names);
      if (value instanceof String || value instanceof Number || value instanceof Boolean) {
        String text = value.toString().strip();
        if (!text.isEmpty()) {
          return text;
        }
      }
    }
    return null;
  }

  /**
   * What a vendor says to people: a text as it is, an object or a list as JSON; null for nothing.
   */
  public @Nullable String said(@Nullable Object answer, String path) {
    String text = text(answer, path);
    for (String names : alternatives(path)) {
      Object value = at(answer, names);
      boolean many = value instanceof Map<?, ?> map && !map.isEmpty();
      if (text == null && (many || value instanceof Collection<?> list && !list.isEmpty())) {
        text = json(value);
      }
    }
    return text;
  }

  /** A progress in per cent, without its fraction; null for what is none. */
  public @Nullable Integer percent(@Nullable Object answer, String path) {
    String text = text(answer, path);
    String whole = text == null ? "" : text.replaceFirst("[.]\\d*$", "");
    return whole.matches("\\d{1," + LONGEST_PROGRESS + "}") && Integer.parseInt(whole) <= 100
        ? Integer.valueOf(whole)
        : null;
  }

  private static String[] alternatives(String path) {
    int last = path.lastIndexOf('.') + 1;
    String[] names = path.substring(last).split("\\|");
    for (int i = 0; i < names.length; i++) {
      names[i] = path.substring(0, last) + names[i];
    }
    return names;
  }

  private static @Nullable Object at(@Nullable Object answer, String path) {
    Object value = answer;
    for (String name : path.split("\\.")) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return value;
  }

  private static String json(@Nullable Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was read as JSON must print", e);
    }
  }
}
