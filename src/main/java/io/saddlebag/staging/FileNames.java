package io.saddlebag.staging;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** File names from vendors are data: this makes a base name of them that is safe on any disk. */
public final class FileNames {
  private static final int LONGEST_BYTES = 200;
  private static final Pattern UNSAFE =
      Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cs}<>:\"|?*]");
  private static final Pattern RESERVED =
      Pattern.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])([.].*)?");

  private FileNames() {}

  /** A safe base name made of the candidate, or the fallback when nothing of it is left. */
  public static String safe(@Nullable String candidate, String fallback) {
    if (candidate == null) {
      return fallback;
    }
    String base = candidate.substring(lastSeparator(candidate) + 1);
    String name = UNSAFE.matcher(Normalizer.normalize(base, Normalizer.Form.NFC)).replaceAll("");
    name = name.strip().replaceAll("^[.\\s-]+", "").replaceAll("[.\\s]+$", "");
    if (name.isEmpty()) {
      return fallback;
    }
    return shortened(RESERVED.matcher(name).matches() ? "_" + name : name);
  }

  private static int lastSeparator(String candidate) {
    return Math.max(candidate.lastIndexOf('/'), candidate.lastIndexOf('\\'));
  }

  private static String shortened(String name) {
    if (bytes(name) <= LONGEST_BYTES) {
      return name;
    }
    int dot = name.lastIndexOf('.');
    String extension = dot > 0 && bytes(name.substring(dot)) <= 20 ? name.substring(dot) : "";
    String stem = name.substring(0, name.length() - extension.length());
    while (bytes(stem) + bytes(extension) > LONGEST_BYTES) {
      stem = stem.substring(0, stem.offsetByCodePoints(stem.length(), -1));
    }
    return stem + extension;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A folder name made of a run's id: no colons, nothing that a shell or another system minds. */
  static String folder(String runId) {
    return runId.replace(":", "").replaceAll("[^A-Za-z0-9@._-]", "_").toLowerCase(Locale.ROOT);
  }
}
