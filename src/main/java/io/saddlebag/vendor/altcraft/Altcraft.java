package io.saddlebag.vendor.altcraft;

import io.saddlebag.run.StepFailure;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code altcraft}: makes a path of the {@code url} in a result, which comes without a
 * leading slash for form fills and with the whole path for other exports (the sheet, section 5 and
 * trap 2).
 */
public final class Altcraft {
  private static final String FORMS = "/api/download/forms/";

  /** The path of the file on the same host. */
  public String link(@Nullable String url) {
    if (url == null || url.isBlank()) {
      throw new StepFailure.RetryLater(
          "NO_LINK", "Altcraft no longer gives the url of the file", null, 5, null);
    }
    return url.startsWith("/") || url.contains("://") ? url : FORMS + url;
  }
}
