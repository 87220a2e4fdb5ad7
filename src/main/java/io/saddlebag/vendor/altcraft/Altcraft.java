package io.saddlebag.vendor.altcraft;

import io.saddlebag.run.Words;
import io.saddlebag.staging.FileKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code altcraft}: reads where a task's files are. A form's {@code url} comes without a
 * leading slash, the {@code urls} of other exports come whole, and as XML a list of one is no list
 * (the sheet, sections 2.4 and 5).
 */
public final class Altcraft {
  private static final String FORMS = "/api/download/forms/";
  private static final Words WORDS = new Words();
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

  /** What a task says of how many records it found: {@code 0}, {@code some}; empty for nothing. */
  public String total(Map<?, ?> answer) {
    String total = WORDS.text(answer, "data.result.total");
    if (total == null) {
      return "";
    }
    return total.matches("0+(?:[.]0*)?") ? "0" : "some";
  }

  /** How many files there are. */
  public int count(List<?> links) {
    return links.size();
  }

  /**
   * Says what the file in the variable {@code link} must be: by its ending, which is the vendor's
   * own word, else by what was ordered. Fills of a whole form are zip archives.
   */
  public void describeFile(Exchange exchange) {
    String ordered = exchange.getVariable("fileFormat", "zip", String.class);
    FileKind kind = FileKind.ofEnding("." + ordered, FileKind.ANY);
    String link = exchange.getVariable("link", "", String.class).replaceAll("[?#].*", "");
    exchange.setVariable("fileKind", FileKind.ofEnding(link, kind).name());
  }
}
