package io.saddlebag.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The sample exports as they ship. They come out of the program and not out of {@code
 * routes/exports}, where they may have become exports of the user's own.
 */
final class Samples {
  /** Their files, as they lie under {@code routes/exports}. */
  static final List<String> FILES =
      List.of(
          "household-survey.camel.yaml",
          "nightly-applicants.camel.yaml",
          "product-poll.camel.yaml",
          "signup-form.camel.yaml",
          "to-folder.camel.yaml",
          "village-visits.camel.yaml",
          "other-flows/all-cases.camel.yaml",
          "other-flows/custom-visits.camel.yaml",
          "other-flows/household-forms.camel.yaml",
          "other-flows/household-survey-2016.camel.yaml",
          "other-flows/one-signup.camel.yaml",
          "other-flows/subscribers.camel.yaml",
          "other-flows/transcripts.camel.yaml");

  private Samples() {}

  /** Writes them into this folder. */
  static void write(Path exports) throws IOException {
    for (String file : FILES) {
      Path sample = exports.resolve(file);
      Files.createDirectories(sample.getParent());
      try (InputStream in = Samples.class.getResourceAsStream("/samples/" + file)) {
        if (in == null) {
          throw new IllegalStateException(
              "the sample " + file + " is not in the program: build it anew");
        }
        Files.copy(in, sample);
      }
    }
  }
}
