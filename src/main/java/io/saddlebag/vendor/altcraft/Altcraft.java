package io.saddlebag.vendor.altcraft;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code altcraft}: reads where a task's files are. A form's {@code url} comes without a
 * leading slash, the {@code urls} of other exports come whole, and as XML a list of one is no list
 * (the sheet, sections 2.4 and 5).
 */
public final class Altcraft {
  private static final String FORMS = "/api/download/forms/";
  private static final String DATA = "/api/download/data/";

  /** The paths of the files on the same host; none before the task is done. */
  public List<String> links(Map<?, ?> answer) {
    List<String> links = new ArrayList<>();
    if (answer.get("data") instanceof Map<?, ?> data
        && data.get("result") instanceof Map<?, ?> result) {
      add(links, result.get("url"), FORMS);
      if (result.get("urls") instanceof List<?> urls) {
        urls.forEach(url -> add(links, url, DATA));
      } else {
        add(links, result.get("urls"), DATA);
      }
    }
    return links;
  }

  private static void add(List<String> links, @Nullable Object url, String prefix) {
    if (url instanceof String text && !text.isBlank()) {
      links.add(text.startsWith("/") || text.contains("://") ? text : prefix + text);
    }
  }

  /** How many files there are. */
  public int count(List<?> links) {
    return links.size();
  }

  /** What the files must look like, by the ending of their names. */
  public String kind(List<?> links) {
    String first = links.isEmpty() ? "" : String.valueOf(links.get(0)).toLowerCase(Locale.ROOT);
    String ending = first.substring(first.lastIndexOf('.') + 1);
    return switch (ending) {
      case "zip" -> "ZIP";
      case "csv" -> "CSV";
      case "json" -> "JSON";
      case "xlsx" -> "XLSX";
      default -> "ANY";
    };
  }
}
