package io.saddlebag.vendor.alida.table;

import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** A question's text as participants read it: without markup, entities resolved, on one line. */
final class PlainText {
  /** A browser drops these outside of a table, and what they part with them. */
  private static final Pattern TABLE =
      Pattern.compile(
          "<(/?)(?:table|caption|colgroup|col|thead|tbody|tfoot|tr|td|th)(?=[\\s/>])",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern SPACE =
      Pattern.compile("[\\s\\u00A0]+", Pattern.UNICODE_CHARACTER_CLASS);

  /** What parts words though browsers lay it out within a line. */
  private static final Set<String> PARTING =
      Set.of("br", "option", "img", "input", "select", "textarea", "button");

  private PlainText() {}

  static String of(String markup) {
    if (markup.indexOf('<') < 0 && markup.indexOf('&') < 0) {
      return line(markup);
    }
    StringBuilder text = new StringBuilder();
    String html = TABLE.matcher(tags(markup)).replaceAll("<$1div");
    Jsoup.parseBodyFragment(html).body().traverse(new Words(text));
    return line(text.toString());
  }

  /** As a browser does, but what no ">" follows is text to its end: "age < 18", "a<b". */
  private static String tags(String markup) {
    int last = markup.lastIndexOf('>');
    StringBuilder html = new StringBuilder(markup.length());
    for (int at = 0; at < markup.length(); at++) {
      char c = markup.charAt(at);
      if (c == '<' && (at > last || !opens(markup.charAt(at + 1)))) {
        html.append("&lt;");
      } else {
        html.append(c);
      }
    }
    return html.toString();
  }

  private static boolean opens(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/' || c == '!' || c == '?';
  }

  private static String line(String text) {
    return SPACE.matcher(text).replaceAll(" ").strip();
  }

  /** Collects texts; scripts, styles and comments have none. */
  private record Words(StringBuilder text) implements NodeVisitor {
    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode words) {
        text.append(words.getWholeText());
      } else {
        part(node);
      }
    }

    @Override
    public void tail(Node node, int depth) {
      part(node);
    }

    private void part(Node node) {
      if (node instanceof Element element
          && (element.isBlock() || PARTING.contains(element.normalName()))) {
        text.append(' ');
      }
    }
  }
}
