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

/** The Kamelets in a folder that start vendor flows, by name. Immutable. */
public final class Kamelets {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private final Map<String, Kamelet> all = new TreeMap<>();

  /** Reads every {@code *.kamelet.yaml} of a folder. */
  public Kamelets(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.toString().endsWith(".kamelet.yaml")) {
          Kamelet kamelet = Kamelet.of(YAML.readTree(file.toFile()));
          if (!kamelet.flow().isEmpty()) {
            all.put(kamelet.name(), kamelet);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the Kamelets in " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The Kamelet of this name, if it starts a vendor flow. */
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
