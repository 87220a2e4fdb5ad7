package io.saddlebag.destination;

import io.saddlebag.name.FileName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * How delivered files are named and foldered: text with words in braces, as {@code
 * {export}/{date}/{run}-{name}}. The words are those of {@link LayoutWord}; slashes make folders.
 *
 * <p>A layout holds {@code {name}} or {@code {position}}, which tell the files of one run apart. It
 * need not hold {@code {run}}: {@code {export}/latest/{name}} is replaced by every run, as meant.
 * The same file of the same run always gets the same name, so a second delivery replaces the first.
 */
public final class Layout {
  private static final Pattern WORD = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern SLASH_OR_TEXT = Pattern.compile("/|[^/]+");

  /** A name that is cut shorter says nothing. */
  private static final int LEAST = 40;

  private static final Pattern UNSAFE_TEXT = Pattern.compile("[\\p{Cc}\\\\]");

  private final String text;
  private final List<Piece> pieces;

  /** A part of the layout: fixed text, or a word to be filled in. */
  private sealed interface Piece {
    /** As it is for this message. */
    String of(Exchange exchange);
  }

  private record Fixed(String text) implements Piece {
    @Override
    public String of(Exchange exchange) {
      return text;
    }
  }

  private record Filled(LayoutWord word) implements Piece {
    @Override
    public String of(Exchange exchange) {
      return word.of(exchange);
    }
  }

  private Layout(String text, List<Piece> pieces) {
    this.text = text;
    this.pieces = List.copyOf(pieces);
  }

  /** Reads a layout; throws, with a sentence that says what is wrong, when it is none. */
  public static Layout parse(String text) throws IllegalArgumentException {
    List<Piece> pieces = new ArrayList<>();
    Matcher words = WORD.matcher(text);
    int from = 0;
    while (words.find()) {
      fixed(text, text.substring(from, words.start()), pieces);
      pieces.add(new Filled(word(text, words.group(1))));
      from = words.end();
    }
    fixed(text, text.substring(from), pieces);
    requirePath(text);
    if (pieces.stream().noneMatch(Layout::tellsFilesApart)) {
      throw new IllegalArgumentException(
          "the layout \""
              + text
              + "\" gives all files of a run the same name: put {name} or {position} into it");
    }
    return new Layout(text, pieces);
  }

  /** What is wrong with a layout, in one sentence; empty when nothing is. */
  public static Optional<String> fault(String text) {
    try {
      parse(text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The name of this message's file, relative, folders parted by slashes. Each part fits on a disk,
   * the last one with its receipt's ending: what is too long is cut in {@code {name}}, which keeps
   * its extension and gets a short digest, so that two names stay two.
   *
   * @throws IllegalArgumentException when the message lacks what a word stands for
   */
  public String of(Exchange exchange) {
    List<String> parts = new ArrayList<>();
    List<Piece> part = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece instanceof Fixed slash && slash.text().equals("/")) {
        parts.add(part(part, exchange, FileName.LONGEST));
        part.clear();
      } else {
        part.add(piece);
      }
    }
    parts.add(part(part, exchange, FileName.LONGEST - FileName.RECEIPT.length()));
    return String.join("/", parts);
  }

  /**
   * The name of this message's file for a place that counts the folders too.
   *
   * @param longest how many bytes of UTF-8 it may have, its receipt's ending left out
   */
  String of(Exchange exchange, int longest) {
    String whole = of(exchange);
    int folders = whole.lastIndexOf('/') + 1;
    int room = longest - FileName.bytes(whole.substring(0, folders));
    if (room < LEAST) {
      throw new IllegalArgumentException(
          "the layout \""
              + text
              + "\" makes folders of more than "
              + (longest - LEAST)
              + " bytes here: shorten it");
    }
    return whole.substring(0, folders) + FileName.shortened(whole.substring(folders), room);
  }

  private static String part(List<Piece> part, Exchange exchange, int longest) {
    List<String> values = part.stream().map(piece -> piece.of(exchange)).toList();
    String whole = String.join("", values);
    int tooMuch = FileName.bytes(whole) - longest;
    long names = part.stream().filter(Layout::isName).count();
    if (tooMuch <= 0 || names == 0) {
      return FileName.shortened(whole, longest);
    }
    StringBuilder fitting = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      int room = FileName.bytes(value) - -Math.floorDiv(-tooMuch, (int) names);
      fitting.append(
          isName(part.get(i)) && room >= LEAST ? FileName.shortened(value, room) : value);
    }
    return FileName.shortened(fitting.toString(), longest);
  }

  private static boolean isName(Piece piece) {
    return piece instanceof Filled filled && filled.word() == LayoutWord.NAME;
  }

  @Override
  public String toString() {
    return text;
  }

  private static boolean tellsFilesApart(Piece piece) {
    return piece instanceof Filled filled
        && (filled.word() == LayoutWord.NAME || filled.word() == LayoutWord.POSITION);
  }

  private static LayoutWord word(String text, String word) {
    return LayoutWord.find(word)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the layout \""
                        + text
                        + "\" has the unknown word {"
                        + word
                        + "}: there are "
                        + LayoutWord.all()));
  }

  private static void fixed(String text, String piece, List<Piece> pieces) {
    if (piece.indexOf('{') >= 0 || piece.indexOf('}') >= 0) {
      throw new IllegalArgumentException(
          "the layout \"" + text + "\" has a brace without its partner: write words as {name}");
    }
    if (UNSAFE_TEXT.matcher(piece).find()) {
      throw new IllegalArgumentException(
          "the layout \""
              + text.replaceAll("\\p{Cc}", "?")
              + "\" has a backslash or a control character: part folders with slashes");
    }
    Matcher parts = SLASH_OR_TEXT.matcher(piece);
    while (parts.find()) {
      pieces.add(new Fixed(parts.group()));
    }
  }

  private static void requirePath(String text) {
    for (String folder : text.split("/", -1)) {
      if (folder.isBlank() || folder.equals(".") || folder.equals("..")) {
        throw new IllegalArgumentException(
            "the layout \""
                + text
                + "\" has an empty folder, a dot folder or a slash at an end: write it relative, as"
                + " {export}/{date}/{run}-{name}");
      }
    }
  }
}
