package io.saddlebag.export;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The exports that are loaded now, and what is wrong with those that are not. Thread-safe. */
public final class Exports {
  private final Map<String, ExportDefinition> loaded = new ConcurrentHashMap<>();
  private final Map<String, List<Problem>> problems = new ConcurrentHashMap<>();

  /** The export of this name, if it is loaded. */
  public Optional<ExportDefinition> find(String name) {
    return Optional.ofNullable(loaded.get(name));
  }

  /** All that are loaded, by name. */
  public List<ExportDefinition> all() {
    List<ExportDefinition> all = new ArrayList<>(loaded.values());
    all.sort(Comparator.comparing(ExportDefinition::name));
    return all;
  }

  /** What is wrong with route files that could not be loaded. */
  public List<Problem> problems() {
    return problems.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparing(Problem::toString))
        .toList();
  }

  /** An export is loaded. */
  public void add(ExportDefinition definition) {
    loaded.put(definition.name(), definition);
  }

  /** An export is gone; its runs wait until it comes back. */
  public void remove(String name) {
    loaded.remove(name);
  }

  /**
   * Replaces what is wrong with a route file; an empty list when nothing is. Gives back whether
   * that is news.
   */
  boolean report(String file, List<Problem> found) {
    List<Problem> before =
        found.isEmpty() ? problems.remove(file) : problems.put(file, List.copyOf(found));
    return !found.equals(before == null ? List.of() : before);
  }
}
