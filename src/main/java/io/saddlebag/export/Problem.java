package io.saddlebag.export;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a route file or with the properties it names.
 *
 * @param file the file, as the user knows it
 * @param step the step, and where it stands; null when it is none
 * @param parameter the parameter or property, null when it is the step or the file as a whole
 * @param sentence what is wrong and what to do, one sentence
 */
public record Problem(
    String file, @Nullable String step, @Nullable String parameter, String sentence) {

  /** What is wrong with something else than a step. */
  public Problem(String file, @Nullable String parameter, String sentence) {
    this(file, null, parameter, sentence);
  }

  /** The same without secrets. */
  public Problem redacted(UnaryOperator<String> redact) {
    return new Problem(
        file,
        step == null ? null : redact.apply(step),
        parameter == null ? null : redact.apply(parameter),
        redact.apply(sentence));
  }

  @Override
  public String toString() {
    return file
        + ": "
        + (step == null ? "" : step + ": ")
        + (parameter == null ? "" : parameter + ": ")
        + sentence;
  }
}
