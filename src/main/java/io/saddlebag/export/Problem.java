package io.saddlebag.export;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a route file or with the properties it names.
 *
 * @param file the file, as the user knows it
 * @param parameter the parameter or property, null when it is the file as a whole
 * @param sentence what is wrong and what to do, one sentence
 */
public record Problem(String file, @Nullable String parameter, String sentence) {

  @Override
  public String toString() {
    return file + ": " + (parameter == null ? "" : parameter + ": ") + sentence;
  }
}
