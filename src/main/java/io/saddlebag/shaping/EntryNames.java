package io.saddlebag.shaping;

import io.saddlebag.name.FileName;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.util.AntPathMatcher;
import org.jspecify.annotations.Nullable;

/**
 * The names that entries get: a path below the place where they are put, of characters that a file
 * name may have, whatever the archive says.
 *
 * @param wanted Ant patterns of the entries that are wanted, with commas between them
 * @param folders what becomes of the archive's folders
 * @param charset the characters of names that do not say theirs; IBM437 as the format has it
 * @param longest how many bytes of UTF-8 each part of a path may have
 */
record EntryNames(List<String> wanted, Folders folders, Charset charset, int longest) {
  private static final int LONGEST_PART = 200;
  private static final int LONGEST_PATH = 1_000;

  /** What becomes of the archive's folders. */
  enum Folders {
    /** They stay in the name. */
    KEEP,
    /** The name is the last part alone. */
    FLATTEN
  }

  static EntryNames of(String wanted, String folders, String charset) {
    List<String> patterns =
        List.of(wanted.split(",")).stream().map(String::strip).filter(p -> !p.isEmpty()).toList();
    if (patterns.isEmpty()) {
      throw new ShapingFailure("entries of unpack-action is empty; write ** for all entries");
    }
    try {
      return new EntryNames(
          patterns,
          Choice.of(Folders.class, "folders of unpack-action", folders),
          Charset.forName(charset),
          LONGEST_PART);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new ShapingFailure(
          "nameCharset of unpack-action is " + charset + ", which is no character set of Java", e);
    }
  }

  /** These names, with room for what the steps after this one put to them in this run. */
  EntryNames in(@Nullable String run) {
    return run == null ? this : new EntryNames(wanted, folders, charset, FileName.room(run));
  }

  /** The safe path of an entry, with its folders; empty when nothing is left of the name. */
  String path(byte[] name, boolean utf8) {
    String text = new String(name, utf8 ? StandardCharsets.UTF_8 : charset);
    List<String> parts = new ArrayList<>();
    int length = 0;
    for (String part : text.replace('\\', '/').replaceFirst("^[A-Za-z]:/", "/").split("/")) {
      String safe = safe(part);
      if (!safe.isEmpty()) {
        parts.add(safe);
        length += safe.length() + 1;
      }
    }
    while (length > LONGEST_PATH) {
      length -= parts.remove(0).length() + 1;
    }
    return String.join("/", parts);
  }

  boolean wants(String path) {
    return wanted.stream().anyMatch(one -> AntPathMatcher.INSTANCE.match(one, path));
  }

  /** The name under which an entry goes on, unlike those that went on before it. */
  String unique(String path, Map<String, Integer> taken) {
    String name = folders == Folders.FLATTEN ? path.substring(path.lastIndexOf('/') + 1) : path;
    int dot = name.lastIndexOf('.');
    boolean extension = dot > name.lastIndexOf('/') + 1;
    int number = taken.getOrDefault(name, 0);
    String unique = name;
    while (taken.containsKey(unique)) {
      number++;
      String mark = " (" + number + ")";
      unique = extension ? name.substring(0, dot) + mark + name.substring(dot) : name + mark;
    }
    taken.put(name, Math.max(1, number));
    taken.putIfAbsent(unique, 1);
    return unique;
  }

  private String safe(String part) {
    StringBuilder safe = new StringBuilder();
    part.codePoints()
        .map(
            c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '_' : c)
        .filter(c -> !FileName.unseen(c))
        .forEach(safe::appendCodePoint);
    String name = Normalizer.normalize(safe, Normalizer.Form.NFC).strip();
    return name.equals(".") || name.equals("..") ? "" : FileName.shortened(name, longest);
  }
}
