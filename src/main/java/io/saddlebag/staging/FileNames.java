package io.saddlebag.staging;

import io.saddlebag.name.FileName;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** File names from vendors are data: this makes a base name of them that is safe on any disk. */
public final class FileNames {
  private static final int LONGEST_BYTES = 200;

  /** How many letters make a run's folder its own: a hyphen and a digest's first 64 bits. */
  private static final int UNIQUE = 17;

  /** A name that a shell takes for an option, or a disk for hidden; and what looks like that. */
  private static final Pattern AT_START = Pattern.compile("^[.\\s\\p{Z}-]+");

  private static final Pattern AT_END = Pattern.compile("[.\\s\\p{Z}]+$");
  private static final Pattern DOTS_INSIDE = Pattern.compile("[.]{2,}");

  /** https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file */
  private static final Pattern RESERVED =
      Pattern.compile(
          "(?i)(con|prn|aux|nul|conin[$]|conout[$]|com[0-9¹²³]|lpt[0-9¹²³])\\s*([.].*)?");

  private FileNames() {}

  /** A safe base name made of the candidate, or the fallback when nothing of it is left. */
  public static String safe(@Nullable String candidate, String fallback) {
    return safe(candidate, fallback, LONGEST_BYTES);
  }

  /**
   * A safe base name made of the candidate, or the fallback when nothing of it is left.
   *
   * @param longest how many bytes of UTF-8 it may have
   */
  static String safe(@Nullable String candidate, String fallback, int longest) {
    if (candidate == null) {
      return fallback;
    }
    // What is taken out may bring other characters together, so what parts folders comes after it.
    String base = base(FileName.clean(candidate));
    String name = DOTS_INSIDE.matcher(base).replaceAll(".");
    name = AT_END.matcher(AT_START.matcher(name).replaceAll("")).replaceAll("");
    if (name.isEmpty()) {
      return fallback;
    }
    return FileName.shortened(RESERVED.matcher(name).matches() ? "_" + name : name, longest);
  }

  private static String base(String path) {
    int start = 0;
    Matcher separators = FileName.SEPARATOR.matcher(path);
    while (separators.find()) {
      start = separators.end();
    }
    return path.substring(start);
  }

  /**
   * A folder name made of a run's id: nothing that a shell or another system minds, and no two runs
   * have the same, on disks that do not tell small letters from capitals, or one Unicode form from
   * another, either.
   */
  static String folder(String runId) {
    String digest = Digests.sha256(runId).substring(0, UNIQUE - 1);
    return FileName.shortened(oldFolder(runId), LONGEST_BYTES) + "-" + digest;
  }

  /** How long the name of a vendor's file may be in the folder of a run. */
  static int room(Path folder) {
    String name = folder.getFileName().toString();
    return FileName.room(name.substring(0, Math.max(0, name.length() - UNIQUE)));
  }

  /** The folder name that versions before this one made: several runs may have the same. */
  static String oldFolder(String runId) {
    return runId.replace(":", "").replaceAll("[^A-Za-z0-9@._-]", "_").toLowerCase(Locale.ROOT);
  }
}
