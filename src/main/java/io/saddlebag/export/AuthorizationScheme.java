package io.saddlebag.export;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to prove who one is that a Kamelet declares in {@code x-authorization}: request headers in
 * whose values {@code {name}} stands for a setting of the connection and {@code {base64(…)}} for
 * what is within, encoded.
 *
 * @param headers the templates of the headers' values, by the headers' names
 */
public record AuthorizationScheme(Map<String, String> headers) {
  private static final Pattern SETTING = Pattern.compile("\\{([A-Za-z][A-Za-z0-9.-]*)}");
  private static final Pattern BASE64 = Pattern.compile("\\{base64\\(((?:[^{}]|\\{[^{}]*})*)\\)}");

  /** The settings that its headers need. */
  public Set<String> settings() {
    Set<String> names = new TreeSet<>();
    for (String template : headers.values()) {
      Matcher matcher = SETTING.matcher(template);
      while (matcher.find()) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }

  /** The headers for a connection; throws, naming the property, when a setting has no value. */
  public Map<String, String> values(Connection connection) {
    Map<String, String> values = new LinkedHashMap<>();
    headers.forEach((name, template) -> values.put(name, filled(template, connection)));
    return values;
  }

  /** The encoded parts of its headers: who reads one can read the secret. */
  List<String> encoded(Connection connection) {
    List<String> parts = new ArrayList<>();
    for (String template : headers.values()) {
      Matcher matcher = BASE64.matcher(template);
      while (matcher.find()) {
        parts.add(base64(plain(matcher.group(1), connection)));
      }
    }
    return parts;
  }

  /** What is left of a template when everything that it means is taken out. */
  static String literal(String template) {
    String inside = BASE64.matcher(template).replaceAll(match -> quoted(match.group(1)));
    return SETTING.matcher(inside).replaceAll("");
  }

  private static String filled(String template, Connection connection) {
    // What is put in is not read as a template again, whatever characters a secret has.
    Matcher matcher = BASE64.matcher(template);
    StringBuilder value = new StringBuilder();
    int end = 0;
    while (matcher.find()) {
      value.append(plain(template.substring(end, matcher.start()), connection));
      value.append(base64(plain(matcher.group(1), connection)));
      end = matcher.end();
    }
    return value.append(plain(template.substring(end), connection)).toString();
  }

  private static String plain(String template, Connection connection) {
    return SETTING.matcher(template).replaceAll(match -> quoted(connection.get(match.group(1))));
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
