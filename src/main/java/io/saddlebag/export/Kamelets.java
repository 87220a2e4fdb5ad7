package io.saddlebag.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The Kamelets that start vendor flows and those that are steps after them, by name. Immutable. */
public final class Kamelets {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final Map<String, Kamelet> all = new TreeMap<>();

  /** Reads every {@code *.kamelet.yaml} of these folders; one that is not there has none. */
  public Kamelets(List<Path> folders) {
    folders.stream().filter(Files::isDirectory).forEach(this::read);
  }

  private void read(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(".kamelet.yaml")) {
          Kamelet kamelet = Kamelet.of(YAML.readTree(file.toFile()));
          all.put(kamelet.name(), kamelet);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the Kamelets in " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The Kamelet of this name, if there is one. */
  public Optional<Kamelet> find(String name) {
    return Optional.ofNullable(all.get(name));
  }

  /** The Kamelet of this name; throws when there is none. */
  public Kamelet get(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("there is no Kamelet " + name));
  }

  /** All, by name. */
  public List<Kamelet> all() {
    return List.copyOf(all.values());
  }
}
