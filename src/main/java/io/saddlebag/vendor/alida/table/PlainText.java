package io.saddlebag.vendor.alida.table;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A question's text as participants read it: without markup, entities resolved, on one line. */
final class PlainText {
  private static final Pattern TAG =
      Pattern.compile("</?[a-zA-Z][^<>]*>|<!--.*?-->", Pattern.DOTALL);
  private static final Pattern ENTITY =
      Pattern.compile("&(#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,6});");
  private static final Pattern SPACE = Pattern.compile("[\\s\\u00A0]+");
  private static final Map<String, String> NAMED =
      Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", " ");

  private PlainText() {}

  static String of(String markup) {
    String words = TAG.matcher(markup).replaceAll(" ");
    String resolved =
        ENTITY
            .matcher(words)
            .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(resolve(found)));
    return SPACE.matcher(resolved).replaceAll(" ").strip();
  }

  private static String resolve(MatchResult found) {
    String name = found.group(1);
    if (!name.startsWith("#")) {
      return NAMED.getOrDefault(name, found.group());
    }
    boolean hex = Character.toLowerCase(name.charAt(1)) == 'x';
    int point = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
    return Character.isValidCodePoint(point) && !(point >= 0xD800 && point < 0xE000)
        ? Character.toString(point)
        : found.group();
  }
}
