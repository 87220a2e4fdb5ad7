package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a file that should be text is not an answer in its place: a JSON or XML document that
 * is read to its end, or the one line of a gateway. Text that only begins like one, or that speaks
 * of errors, is data.
 */
final class TextCheck {
  private final Path file;
  private final BodyHead head;

  TextCheck(Path file, BodyHead head) {
    this.file = file;
    this.head = head;
  }

  /** Throws NOT_ROWS. */
  List<String> check() throws IOException {
    if (head.beginsWith('{', '[', 'n') && new JsonCheck(file).insteadOfText()) {
      throw refused("a JSON document", ErrorDocument.in(file));
    }
    if (head.beginsWith('<') && new XmlCheck(file).insteadOfText()) {
      throw refused("an XML document", ErrorDocument.in(file));
    }
    // What begins with a bracket and is no whole document was judged above: it is data.
    Optional<ErrorDocument> error =
        head.beginsWith('{', '[') ? Optional.empty() : ErrorDocument.in(file);
    if (error.isPresent()) {
      throw refused("an error", error);
    }
    return List.of("no-web-page", "no-error");
  }

  private StagingFailure refused(String what, Optional<ErrorDocument> found) {
    @Nullable ErrorDocument error = found.orElse(null);
    return StagingFailure.instead(
        "NOT_ROWS",
        "the vendor sent "
            + what
            + " instead of rows"
            + (error == null ? "; it begins: " + head.excerpt() : ContentChecks.saying(error)),
        error);
  }
}
