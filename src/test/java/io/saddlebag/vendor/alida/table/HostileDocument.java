package io.saddlebag.vendor.alida.table;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Documents that hold all that JSON and the vendor's sheet allow, and then, most of them, a few
 * bytes that they do not allow; the same for the same seed.
 */
final class HostileDocument {
  private static final String[] SPACES = {"", "", "", "", " ", "\n", "\t\r\n  "};
  private static final String[] NUMBERS =
      ("0 -0 7 12 -1.50e21 3.0 1E+5 0.1e-7 123456789012345678901234567890"
              + " 01 1. - +1 .5 1e 0x1 NaN -1.5.5 1e400 1_0")
          .split(" ");
  private static final String[] CHARACTERS =
      "a Z , ; = / ' \u007f ö ß \u07ff \u0800 日 \uffff 😀 \udbff\udfff".split(" ");
  private static final String[] ESCAPES =
      ("\\n \\r \\t \\b \\f \\/ \\\\ \\\" \\u0041 \\u00e9 \\u65E5 \\ud83d\\ude00 \\uD800 \\uDC00"
              + " \\ud83dx \\ud83d\\n \\ud83d\\u0041 \\u0000 \\ud83d\\ud83d\\ude00")
          .split(" ");
  private static final String[] WRONG_ESCAPES = "\\x \\u12 \\u12g4 \\ \\ud83d\\u12".split(" ");
  private static final String[] FIELDS = {"f-1", "f-2", "f-3", "gone", ""};
  private static final String[] OPTIONS = {"o-1", "o-2", "o-3", "lost", ""};
  private static final byte[] BYTES =
      ("\0\1\t\n \",-09:[]{}\\enu\u007f\u0080\u00bf\u00c0\u00c3\u00e0\u00ed\u00ef"
              + "\u00f0\u00f4\u00f8\u00ff")
          .getBytes(StandardCharsets.ISO_8859_1);

  private final Random random;

  HostileDocument(long seed) {
    random = new Random(seed);
  }

  byte[] bytes() {
    byte[] document = whole().getBytes(StandardCharsets.UTF_8);
    if (one(20)) {
      document = join(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, document);
    }
    for (int harm = random.nextInt(4); harm > 0; harm--) {
      document = harmed(document);
    }
    return document;
  }

  private String whole() {
    String definition =
        """
        {"fields":[{"id":"f-1","type":{"dataType":"enum","values":[{"id":"o-1"},{"id":"o-2"}]}},
         {"id":"f-2","type":{"dataType":"set","values":[{"id":"o-1"},{"id":"o-3"}]}},
         {"id":"f-3","type":{"dataType":"string"}}]}""";
    List<String> members = new ArrayList<>();
    members.add(member("definition", definition));
    members.add(member("records", list(8, this::record)));
    if (one(3)) {
      members.add(member(name(), any(3)));
    }
    if (one(40)) {
      members.add(member("records", list(2, this::record)));
    }
    if (one(3)) {
      Collections.shuffle(members, random);
    }
    return space() + "{" + String.join(",", members) + "}" + space();
  }

  private String record() {
    List<String> members = new ArrayList<>();
    members.add(member("ownerId", one(10) ? any(1) : quoted("m-" + random.nextInt(5))));
    members.add(member("lastUpdateDate", one(10) ? any(1) : text()));
    members.add(member("fields", one(20) ? any(1) : list(5, this::answer)));
    return object(members, 8);
  }

  private String answer() {
    List<String> members = new ArrayList<>();
    members.add(member("id", one(20) ? any(1) : quoted(one(FIELDS))));
    members.add(member("values", one(10) ? any(1) : list(3, this::value)));
    return object(members, 20);
  }

  private String value() {
    return switch (random.nextInt(8)) {
      case 0 -> "null";
      case 1 -> text();
      case 2 -> one(10) ? any(2) : "true";
      case 3 -> number();
      default -> quoted(one(OPTIONS));
    };
  }

  /** Members in this order or another, with one more or without one, now and then. */
  private String object(List<String> members, int seldom) {
    if (one(seldom)) {
      members.add(one(30) ? one(members.toArray(String[]::new)) : member(name(), any(3)));
    }
    if (one(seldom)) {
      members.remove(random.nextInt(members.size()));
    }
    if (one(seldom)) {
      Collections.shuffle(members, random);
    }
    return "{" + space() + String.join("," + space(), members) + "}";
  }

  private String member(String name, String value) {
    // The same name in other words.
    String written = one(60) ? name.replace("d", "\\u0064") : name;
    return "\"" + written + "\"" + space() + ":" + space() + value + space();
  }

  private String name() {
    return one(3)
        ? one("id", "values", "fields", "ownerIdx", "lastUpdates", "field", "")
        : inside();
  }

  private String any(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> "null";
      case 1 -> "true";
      case 2 -> "false";
      case 3 -> number();
      case 4 -> text();
      case 5, 6 -> list(3, () -> any(depth - 1));
      default -> "{" + member(name(), any(depth - 1)) + "," + member(name(), any(depth - 1)) + "}";
    };
  }

  private interface Part {
    String next();
  }

  private String list(int most, Part part) {
    List<String> parts = new ArrayList<>();
    for (int count = random.nextInt(most + 1); count > 0; count--) {
      parts.add(space() + part.next() + space());
    }
    return "[" + (parts.isEmpty() ? space() : String.join(",", parts)) + "]";
  }

  private String number() {
    return NUMBERS[random.nextInt(one(30) ? NUMBERS.length : 9)];
  }

  private String text() {
    return "\"" + inside() + "\"";
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private String inside() {
    StringBuilder text = new StringBuilder();
    for (int count = random.nextInt(one(20) ? 200 : 12); count > 0; count--) {
      text.append(one(6) ? one(ESCAPES) : one(2) ? "x " : one(CHARACTERS));
    }
    if (one(80)) {
      text.append(one(WRONG_ESCAPES));
    }
    return text.toString();
  }

  private String space() {
    return one(SPACES);
  }

  private byte[] harmed(byte[] document) {
    int at = random.nextInt(document.length + 1);
    int to = Math.min(document.length, at + 1 + random.nextInt(one(3) ? 40 : 3));
    byte[] before = Arrays.copyOf(document, at);
    byte[] after = Arrays.copyOfRange(document, at, document.length);
    byte[] some = Arrays.copyOfRange(document, at, to);
    byte[] strange = {BYTES[random.nextInt(BYTES.length)]};
    return switch (random.nextInt(12)) {
      case 0 -> before;
      case 1 -> join(before, some, after);
      case 2 -> join(before, Arrays.copyOfRange(document, to, document.length));
      case 3 -> join(document, strange);
      case 4, 5, 6, 7 -> join(before, strange, after);
      case 8, 9 ->
          join(
              before, strange, Arrays.copyOfRange(document, Math.min(at + 1, to), document.length));
      default -> document;
    };
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private String one(String... texts) {
    return texts[random.nextInt(texts.length)];
  }
}
