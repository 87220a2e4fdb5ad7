package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The Kamelets that start vendor flows and those that are steps after them, by name. Each is read
 * when it is first asked for, from the file that Camel finds it in: the one called like it.
 */
public final class Kamelets {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String FILE = ".kamelet.yaml";

  /** A Kamelet's file that is no YAML, or that cannot be opened. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Unreadable(Path file, IOException cause) {
      super(cause);
      this.problem =
          new Problem(
              file.toString(),
              null,
              cause instanceof JsonProcessingException yaml
                  ? LocatedYaml.fault(yaml)
                  : "the file cannot be read: " + cause.getMessage());
    }

    Problem problem() {
      return problem;
    }
  }

  private final Map<String, Path> files = new TreeMap<>();
  private final Map<String, Kamelet> read = new ConcurrentHashMap<>();

  /** Those in these folders; one that is not there has none. */
  public Kamelets(List<Path> folders) {
    folders.stream().filter(Files::isDirectory).forEach(this::list);
  }

  private void list(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(FILE)) {
          files.putIfAbsent(name.substring(0, name.length() - FILE.length()), file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the Kamelets in " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The Kamelet of this name, if there is one. */
  public Optional<Kamelet> find(String name) {
    Path file = files.get(name);
    return file == null
        ? Optional.empty()
        : Optional.of(read.computeIfAbsent(name, unread -> read(file)));
  }

  private static Kamelet read(Path file) {
    try {
      return Kamelet.of(YAML.readTree(file.toFile()));
    } catch (IOException e) {
      throw new Unreadable(file, e);
    }
  }

  /** The Kamelet of this name; throws when there is none. */
  public Kamelet get(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("there is no Kamelet " + name));
  }

  /** The file of the Kamelet of this name, as people know it. */
  String file(String name) {
    return String.valueOf(files.get(name));
  }

  /** All whose files can be read. */
  List<Kamelet> readable() {
    List<Kamelet> all = new ArrayList<>();
    for (String name : files.keySet()) {
      try {
        all.add(get(name));
      } catch (Unreadable reportedWhereItIsUsed) {
        continue;
      }
    }
    return all;
  }

  /** All, by name. */
  public List<Kamelet> all() {
    return files.keySet().stream().map(this::get).toList();
  }
}
