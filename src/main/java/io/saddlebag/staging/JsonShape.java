package io.saddlebag.staging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON document must hold to be what was asked for, as a vendor's routes say it: {@code
 * "definition:object, records:array"}, {@code "export_files.status:text"}, {@code "id|batchId:id"}
 * for either of two, {@code "*.rows:array"} for each of the document's members, of which there must
 * be one. Types are {@code text} (not blank), {@code number} (whole, up to nine digits; in a text,
 * too, as XML has them), {@code id} (a text or a whole number), {@code boolean}, {@code object} and
 * {@code array}. Without members any object or array will do. Documents are read as a stream,
 * whatever their size.
 */
public final class JsonShape {
  /** Any object, any array. */
  public static final JsonShape ANY = new JsonShape(List.of());

  private static final JsonFactory ANSWERS = new JsonFactory();
  private static final String EACH = "*";
  private static final int NAMED_MEMBERS = 8;
  private static final int LONGEST_NAME = 40;
  private static final Pattern ENTRY =
      Pattern.compile("(?:(\\*|[A-Za-z_]\\w*)[.])?([A-Za-z_]\\w*(?:[|]\\w+)*):([a-z]+)");

  private final List<Member> members;

  private enum Type {
    TEXT,
    NUMBER,
    ID,
    BOOLEAN,
    OBJECT,
    ARRAY
  }

  /**
   * One thing that must be there.
   *
   * @param parent the member of the document that holds it, {@code *} for each; null for the
   *     document itself
   * @param names what it may be called
   */
  private record Member(@Nullable String parent, List<String> names, Type type) {
    String name() {
      return (parent == null || parent.equals(EACH) ? "" : parent + ".")
          + String.join(" or ", names);
    }
  }

  private JsonShape(List<Member> members) {
    this.members = members;
  }

  /** The shape that this text means; blank for {@link #ANY}. */
  public static JsonShape of(String text) {
    List<Member> members = new ArrayList<>();
    for (String entry : text.isBlank() ? new String[0] : text.split(",")) {
      Matcher parts = ENTRY.matcher(entry.strip());
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "a shape is a list like \"records:array, file.id:text\", not: " + text);
      }
      members.add(
          new Member(
              parts.group(1),
              Arrays.asList(parts.group(2).split("\\|")),
              Type.valueOf(parts.group(3).toUpperCase(Locale.ROOT))));
    }
    return members.isEmpty() ? ANY : new JsonShape(List.copyOf(members));
  }

  /**
   * How an API's answer differs from what it should be, as the end of a sentence that begins with
   * it.
   *
   * @param answer JSON text
   * @param shape {@code array}, or a shape; blank for any object
   * @return null when it fits
   */
  public static @Nullable String faultOfAnswer(String answer, String shape) throws IOException {
    boolean list = shape.equals("array");
    try (JsonParser json = ANSWERS.createParser(answer)) {
      JsonToken token = json.nextToken();
      JsonToken wanted = list ? JsonToken.START_ARRAY : JsonToken.START_OBJECT;
      String fault =
          token != wanted
              ? "is " + words(token) + (list ? ", no array" : ", no object")
              : (list ? ANY : of(shape)).fault(json);
      json.skipChildren();
      return json.nextToken() == null ? fault : "goes on behind its end";
    }
  }

  /**
   * Reads the value that the parser stands on, to its end.
   *
   * @return how it differs, as the end of a sentence that begins with the document; null when it
   *     fits. Names of members are quoted, values are not.
   */
  @Nullable String fault(JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    boolean array = token == JsonToken.START_ARRAY && members.isEmpty();
    if (token != JsonToken.START_OBJECT && !array) {
      json.skipChildren();
      return "is "
          + words(token)
          + (members.isEmpty() ? ", no object and no array" : ", no object");
    }
    if (members.isEmpty()) {
      json.skipChildren();
      return null;
    }
    return new Reading().fault(json);
  }

  private static String words(@Nullable JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a text";
      case VALUE_NULL -> "empty";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      default -> "a number";
    };
  }

  private static boolean fits(Type type, JsonParser json) throws IOException {
    JsonToken token = json.currentToken();
    return switch (type) {
      case OBJECT -> token == JsonToken.START_OBJECT;
      case ARRAY -> token == JsonToken.START_ARRAY;
      case TEXT -> token == JsonToken.VALUE_STRING && !json.getText().isBlank();
      case NUMBER -> token.isScalarValue() && json.getText().strip().matches("-?\\d{1,9}");
      case ID ->
          token == JsonToken.VALUE_NUMBER_INT
              || token == JsonToken.VALUE_STRING && !json.getText().isBlank();
      case BOOLEAN ->
          token.isBoolean()
              || token == JsonToken.VALUE_STRING
                  && json.getText().strip().toLowerCase(Locale.ROOT).matches("true|false");
    };
  }

  /** One document that is being read. */
  private final class Reading {
    private final boolean[] seen = new boolean[members.size()];
    private final List<String> names = new ArrayList<>();
    private @Nullable String wrong;

    @Nullable String fault(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (names.size() < NAMED_MEMBERS) {
          names.add(printable(name));
        }
        json.nextToken();
        judge(null, name, json);
        boolean each = inside(EACH);
        if ((each || inside(name)) && json.currentToken() == JsonToken.START_OBJECT) {
          children(name, each, json);
        } else {
          wrong(
              each, "its " + printable(name) + " is " + words(json.currentToken()) + ", no object");
          json.skipChildren();
        }
      }
      for (int i = 0; i < seen.length && wrong == null; i++) {
        wrong(!seen[i], "has no " + members.get(i).name());
      }
      return wrong == null
          ? null
          : wrong + (names.isEmpty() ? "" : "; it has: " + String.join(", ", names));
    }

    private boolean inside(String parent) {
      return members.stream().anyMatch(member -> parent.equals(member.parent()));
    }

    private void children(String parent, boolean each, JsonParser json) throws IOException {
      boolean[] before = seen.clone();
      if (each) {
        Arrays.fill(seen, false);
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        judge(each ? EACH : parent, name, json);
        json.skipChildren();
      }
      for (int i = 0; each && i < seen.length; i++) {
        boolean ofEach = EACH.equals(members.get(i).parent());
        wrong(ofEach && !seen[i], "its " + printable(parent) + " has no " + members.get(i).name());
        seen[i] |= before[i];
      }
    }

    private void judge(@Nullable String parent, String name, JsonParser json) throws IOException {
      for (int i = 0; i < seen.length; i++) {
        Member member = members.get(i);
        if (Objects.equals(parent, member.parent()) && member.names().contains(name)) {
          boolean fits = fits(member.type(), json);
          seen[i] |= fits;
          wrong(
              !fits && json.currentToken() != JsonToken.VALUE_NULL,
              "its " + printable(name) + " is " + found(json) + ", no " + word(member.type()));
        }
      }
    }

    /** The first thing that is wrong is said. */
    private void wrong(boolean so, String what) {
      if (so && wrong == null) {
        wrong = what;
      }
    }
  }

  private static String found(JsonParser json) throws IOException {
    boolean blank = json.currentToken() == JsonToken.VALUE_STRING && json.getText().isBlank();
    return blank ? "blank" : words(json.currentToken());
  }

  private static String word(Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  private static String printable(String name) {
    String plain = name.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
    return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "…";
  }
}
