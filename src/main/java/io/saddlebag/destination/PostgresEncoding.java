package io.saddlebag.destination;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;

/**
 * The character sets that PostgreSQL knows by names of its own, of which signs and letter case do
 * not count (https://www.postgresql.org/docs/current/multibyte.html).
 */
final class PostgresEncoding {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("unicode", "UTF-8"),
          Map.entry("latin5", "ISO-8859-9"),
          Map.entry("latin7", "ISO-8859-13"),
          Map.entry("latin9", "ISO-8859-15"),
          Map.entry("latin10", "ISO-8859-16"),
          Map.entry("iso88595", "ISO-8859-5"),
          Map.entry("iso88596", "ISO-8859-6"),
          Map.entry("iso88597", "ISO-8859-7"),
          Map.entry("iso88598", "ISO-8859-8"),
          Map.entry("win866", "IBM866"),
          Map.entry("win874", "x-windows-874"),
          Map.entry("koi8", "KOI8-R"),
          Map.entry("koi8r", "KOI8-R"),
          Map.entry("koi8u", "KOI8-U"),
          Map.entry("big5", "x-windows-950"),
          Map.entry("euccn", "GB2312"),
          Map.entry("eucjp", "EUC-JP"),
          Map.entry("euckr", "EUC-KR"),
          Map.entry("euctw", "x-EUC-TW"),
          Map.entry("johab", "x-Johab"),
          Map.entry("sjis", "windows-31j"),
          Map.entry("shiftjis", "windows-31j"),
          Map.entry("uhc", "x-windows-949"));

  private PostgresEncoding() {}

  /**
   * The character set of a name, PostgreSQL's or Java's.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Charset named(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    String java = NAMES.get(plain);
    if (java == null) {
      java = plain.matches("win125\\d") ? plain.replace("win", "windows-") : name;
    }
    try {
      return Charset.forName(java);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new IllegalArgumentException(
          "encoding is \""
              + name
              + "\", which names no character set: write one such as UTF8, LATIN1 or WIN1252",
          e);
    }
  }
}
