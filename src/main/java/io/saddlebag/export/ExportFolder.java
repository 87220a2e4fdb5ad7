package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.saddlebag.name.FileName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The users' route files as they stand in their folder.
 *
 * @param files those that are YAML, by their path
 * @param problems what is wrong with the others
 */
public record ExportFolder(Map<Path, ExportFile> files, List<Problem> problems) {

  private static final String FILE = ".camel.yaml";

  /** Reads every route file of a folder and of those in it. */
  public static ExportFolder read(Path folder) {
    ExportFolder exports = parse(texts(folder));
    List<Problem> problems = new ArrayList<>(exports.problems());
    for (Path path : misnamed(folder)) {
      problems.add(
          new Problem(
              path.toString(), null, "the file is not read: let its name end in .camel.yaml"));
    }
    return new ExportFolder(exports.files(), List.copyOf(problems));
  }

  /** The YAML files of a folder that are not read for their names. */
  static List<Path> misnamed(Path folder) {
    return paths(folder).stream()
        .filter(path -> !named(path) && path.toString().matches("(?s).*[.]ya?ml"))
        .toList();
  }

  private static List<Path> paths(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The texts of the files, by their path; one that cannot be read has none. */
  static Map<Path, Optional<String>> texts(Path folder) {
    Map<Path, Optional<String>> texts = new TreeMap<>();
    for (Path path : paths(folder)) {
      if (named(path)) {
        text(path).ifPresent(text -> texts.put(path, text));
      }
    }
    return texts;
  }

  /** Whether a file is called as route files are. */
  static boolean named(Path path) {
    return path.toString().endsWith(FILE);
  }

  /** The text of a file, nothing inside when it cannot be read; empty when there is no file. */
  static Optional<Optional<String>> text(Path path) {
    try {
      return Optional.of(Optional.of(Files.readString(path)));
    } catch (NoSuchFileException goneMeanwhile) {
      // As if it had not been listed.
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(Optional.empty());
    }
  }

  /** Parses the texts of files. */
  static ExportFolder parse(Map<Path, Optional<String>> texts) {
    Map<Path, ExportFile> files = new TreeMap<>();
    List<Problem> problems = new ArrayList<>();
    texts.forEach(
        (path, text) -> {
          try {
            if (text.isPresent()) {
              files.put(path, ExportFile.parse(path, text.get()));
            } else {
              problems.add(
                  new Problem(
                      path.toString(),
                      null,
                      "the file cannot be read as UTF-8 text: look at its permissions and"
                          + " characters"));
            }
          } catch (JsonProcessingException e) {
            problems.add(new Problem(path.toString(), null, LocatedYaml.fault(e)));
          } catch (RuntimeException e) {
            // One file that we do not understand must not keep the others from running.
            problems.add(CamelRefusal.of(path.toString(), e));
          }
        });
    return new ExportFolder(files, List.copyOf(problems));
  }

  /**
   * What is wrong with the names of a file's exports that differ from an earlier one's in no more
   * than small letters and capitals: on some disks the files of both would have one name.
   */
  public List<Problem> mergedNames(ExportFile file) {
    List<Problem> problems = new ArrayList<>();
    Map<String, String> places = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (ExportFile other : files.values()) {
      boolean own = other.path().equals(file.path());
      if (!own && other.path().compareTo(file.path()) > 0) {
        continue;
      }
      for (ExportFile.DeclaredRoute route : other.routes()) {
        String id = route.id();
        if (route.kamelet() == null || id == null) {
          continue;
        }
        String folded = FileName.folded(id);
        String before = names.putIfAbsent(folded, id);
        if (own && before != null && !before.equals(id)) {
          problems.add(
              new Problem(
                  file.path().toString(),
                  "id",
                  "\""
                      + id
                      + "\" and \""
                      + before
                      + "\" in "
                      + (own(places, folded, file) ? "this file" : places.get(folded))
                      + " are one name on disks that do not tell small letters from capitals: give"
                      + " one of the two another id"));
        }
        places.putIfAbsent(folded, other.path().toString());
      }
    }
    return problems;
  }

  private static boolean own(Map<String, String> places, String folded, ExportFile file) {
    return file.path().toString().equals(places.get(folded));
  }

  /** The first file, before this one, that has a route of this id. */
  public Optional<String> before(Path file, String id) {
    return files.values().stream()
        .filter(other -> other.path().compareTo(file) < 0)
        .filter(other -> other.routes().stream().anyMatch(route -> id.equals(route.id())))
        .map(other -> other.path().toString())
        .findFirst();
  }
}
