package io.saddlebag.staging;

import io.saddlebag.name.FileName;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The name of a file as its link says it, for vendors who say it nowhere else. */
public final class LinkName {
  /** What makes a page, and says nothing of the file. */
  private static final Set<String> PROGRAMS =
      Set.of(".php", ".asp", ".aspx", ".ashx", ".jsp", ".do", ".cgi", ".action", ".htm", ".html");

  private LinkName() {}

  /**
   * The last segment of the link's path, percent-decoded and safe, with an extension; empty when
   * the path says no name.
   *
   * @param link an address, or a path, with or without a query
   * @param kind what the file must look like, which gives the extension where there is none
   * @param fallback the name that the route gives, whose extension is better
   */
  public static Optional<String> of(String link, FileKind kind, String fallback) {
    String path =
        link.replaceAll("(?s)[?#].*", "").replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*://", "/");
    // An address without a path has a host there.
    boolean hostAlone = link.contains("://") && path.indexOf('/', 1) < 0;
    String segment = hostAlone ? "" : path.substring(path.lastIndexOf('/') + 1);
    String decoded =
        RawText.percentDecoded(segment, StandardCharsets.UTF_8)
            .orElseGet(() -> RawText.recovered(segment));
    String name = FileNames.safe(decoded, "");
    String extension = FileName.extension(name);
    if (name.isEmpty() || PROGRAMS.contains(extension.toLowerCase(Locale.ROOT))) {
      return Optional.empty();
    }
    return Optional.of(
        extension.chars().anyMatch(Character::isLetter)
            ? name
            : name + extension(kind, FileName.extension(fallback)));
  }

  private static String extension(FileKind kind, String otherwise) {
    if (!otherwise.isEmpty()) {
      return otherwise;
    }
    return switch (kind) {
      case ZIP -> ".zip";
      case GZIP -> ".gz";
      case XLSX -> ".xlsx";
      case XLS, EXCEL -> ".xls";
      case XML -> ".xml";
      case JSON -> ".json";
      case CSV -> ".csv";
      case TEXT -> ".txt";
      case HTML, HTML_TABLE -> ".html";
      case ROWS_OR_ARCHIVE, ANY -> "";
    };
  }
}
