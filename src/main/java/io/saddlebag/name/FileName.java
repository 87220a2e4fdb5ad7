package io.saddlebag.name;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What holds for the name of any file, wherever it is made: the characters that none may have, how
 * long one may be, and how a long one is cut. Lengths are in bytes of UTF-8, as disks count them.
 */
public final class FileName {
  /** The longest name that common disks take. */
  public static final int LONGEST = 255;

  /** What a receipt's name has behind that of its file. */
  public static final String RECEIPT = ".receipt.json";

  /** What parts folders, also where it is still percent-encoded, once or more often. */
  public static final Pattern SEPARATOR = Pattern.compile("[/\\\\]|%(?:25)*(?:2[Ff]|5[Cc])");

  private static final int MOST_OF_A_VENDOR = 200;
  private static final int LEAST_OF_A_VENDOR = 80;
  private static final int PREFIX_OF_A_PART = 6;
  private static final int ENDINGS_OF_STEPS = 24;
  private static final int LONGEST_EXTENSION = 20;

  private static final Pattern CHARACTER = Pattern.compile("\\X");
  private static final Pattern LAST_EXTENSION = Pattern.compile("[.][^.\\s]+$");
  private static final Pattern FIRST_OF_TWO = Pattern.compile("[.][A-Za-z0-9]{1,8}$");
  private static final Set<String> PACKED =
      Set.of(".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".gpg", ".pgp", ".asc");

  private static final String NOT_ON_WINDOWS = "<>:\"|?*";

  /** Look like slashes; some systems make slashes of them. */
  private static final String LIKE_SEPARATORS = "\u2044\u2215\u29F8\u29F5\uFE68\uFF0F\uFF3C";

  /** Letters, marks and symbols that nobody sees. */
  private static final String INVISIBLE =
      "\u034F\u115F\u1160\u17B4\u17B5\u180B\u180C\u180D\u180F\u2800\u3164\uFFA0";

  private FileName() {}

  /**
   * The text without the characters that no file name may have, in Unicode's composed form: control
   * characters (also U+0080 to U+009F), separators of lines, marks of direction, whatever cannot be
   * seen, halves of surrogates, and what Windows refuses. What parts folders is left to the caller,
   * who knows whether it means some.
   */
  public static String clean(String text) {
    StringBuilder kept = new StringBuilder();
    text.codePoints()
        .filter(c -> !unsafe(c))
        .map(c -> LIKE_SEPARATORS.indexOf(c) >= 0 ? '_' : c)
        .forEach(kept::appendCodePoint);
    return Normalizer.normalize(kept, Normalizer.Form.NFC);
  }

  private static boolean unsafe(int c) {
    return unseen(c) || NOT_ON_WINDOWS.indexOf(c) >= 0;
  }

  /** Whether a character steers or hides something instead of being seen. */
  public static boolean unseen(int c) {
    boolean kind =
        switch (Character.getType(c)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.PRIVATE_USE,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR ->
              true;
          default -> false;
        };
    boolean noCharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    boolean variation = (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
    return kind || noCharacter || variation || INVISIBLE.indexOf(c) >= 0;
  }

  /**
   * What a disk makes of a name that tells neither small letters from capitals nor one Unicode form
   * from another: names with the same are one file there.
   */
  public static String folded(String name) {
    String composed = Normalizer.normalize(name, Normalizer.Form.NFC);
    return Normalizer.normalize(
        composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
  }

  /** How long a text is in UTF-8. */
  public static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * How long the name of a vendor's file may be, so that all fits that is put to it later: the run
   * before it, the mark of a part file, the endings of shaped copies and of the receipt.
   *
   * @param run the run's id, or what is made of it
   */
  public static int room(String run) {
    int left = LONGEST - bytes(run) - 1 - PREFIX_OF_A_PART - ENDINGS_OF_STEPS - RECEIPT.length();
    return Math.max(LEAST_OF_A_VENDOR, Math.min(MOST_OF_A_VENDOR, left));
  }

  /** The ending that tells what a file is, with its dot, both of two as in {@code .csv.zip}. */
  public static String extension(String name) {
    String last = ending(LAST_EXTENSION, name);
    if (last.isEmpty() || bytes(last) > LONGEST_EXTENSION) {
      return "";
    }
    return PACKED.contains(last.toLowerCase(Locale.ROOT))
        ? ending(FIRST_OF_TWO, name.substring(0, name.length() - last.length())) + last
        : last;
  }

  /** An ending that is not the whole name. */
  private static String ending(Pattern pattern, String name) {
    Matcher ending = pattern.matcher(name);
    return ending.find() && ending.start() > 0 ? ending.group() : "";
  }

  /**
   * A name of at most so many bytes. A longer one keeps its beginning and its extension, and gets a
   * short digest of the whole name, so that two names stay two; it is cut between characters as
   * people see them.
   */
  public static String shortened(String name, int longest) {
    return bytes(name) <= longest ? name : cut(name, "~" + digest(name), longest);
  }

  /**
   * The name with a number before its extension that makes it unlike all that are taken.
   *
   * @param taken whether a name is taken
   * @param first the number to begin with
   */
  public static String distinct(String name, Predicate<String> taken, int first, int longest) {
    String distinct = name;
    for (int number = first; taken.test(distinct); number++) {
      distinct = cut(name, "-" + number, longest);
    }
    return distinct;
  }

  /** The name with a mark before its extension; its stem gives way. */
  private static String cut(String name, String mark, int longest) {
    String extension = extension(name);
    int room = longest - bytes(mark) - bytes(extension);
    if (room < 1 && !extension.isEmpty()) {
      extension = "";
      room = longest - bytes(mark);
    }
    String stem = name.substring(0, name.length() - extension.length());
    return beginning(stem, room).replaceAll("[.\\s]+$", "") + mark + extension;
  }

  /** As much of a text as fits, in whole characters. */
  private static String beginning(String text, int longest) {
    Matcher characters = CHARACTER.matcher(text);
    int end = 0;
    int length = 0;
    while (characters.find()) {
      length += bytes(characters.group());
      if (length > longest) {
        break;
      }
      end = characters.end();
    }
    return text.substring(0, end);
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
