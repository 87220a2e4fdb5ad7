package io.saddlebag.export;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the users' route files, each on its own: a broken one is reported and the others run. An
 * edited file replaces its routes while its runs wait; Camel's own reload is of no use here
 * (docs/decisions/0005-reload-one-export-at-a-time.md).
 */
public final class ExportLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ExportLoader.class);

  /** A look at the files is to take no more than so much of the time. */
  private static final long LOOK_SHARE = 300;

  private static final Duration SLOWEST_LOOK = Duration.ofSeconds(10);

  private final ModelCamelContext camel;
  private final ExportCheck check;
  private final DirectCheck directs;
  private final Exports exports;
  private final ExportRoutes routes;
  private final Listener listener;
  private final Path folder;
  private final FolderWatch watch;
  private final Map<Path, Optional<String>> seen = new TreeMap<>();
  private final Map<Path, ExportFolder> parsed = new TreeMap<>();
  private final Map<Path, Loaded> loaded = new TreeMap<>();
  private final Map<Path, Refusal> refused = new TreeMap<>();
  private final UnaryOperator<String> redact;
  private DirectCheck.@Nullable Answers answers;
  private @Nullable Map<Path, Optional<String>> last;
  private long nextLook = System.nanoTime();

  /** Is told of exports that come and go. */
  public interface Listener {
    /** Exports can run from now on. */
    void loaded(List<ExportDefinition> exports);

    /** An export is gone, for good or until its edited file is loaded. */
    void unloaded(ExportDefinition export);
  }

  private record Loaded(ExportFile file, List<ExportDefinition> definitions) {}

  private record Refusal(List<Problem> problems, boolean byCamel) {}

  /**
   * Loads the files of this folder into this context.
   *
   * @param routes makes the routes of exports when they are needed
   * @param redact takes the secrets out of what is told of a file
   */
  public ExportLoader(
      CamelContext camel,
      ExportCheck check,
      Exports exports,
      ExportRoutes routes,
      Listener listener,
      UnaryOperator<String> redact,
      Path folder,
      Clock clock) {
    this.camel = (ModelCamelContext) camel;
    this.check = check;
    this.directs = new DirectCheck(camel, this.camel::getRouteDefinitions);
    this.redact = redact;
    this.exports = exports;
    this.routes = routes;
    this.listener = listener;
    this.folder = folder;
    this.watch = new FolderWatch(folder, clock);
  }

  /**
   * Does {@link #refresh()}, unless the last one took so long that it would be done all the time.
   */
  public synchronized void look() {
    long begun = System.nanoTime();
    if (begun - nextLook >= 0) {
      refresh();
      long took = System.nanoTime() - begun;
      nextLook = begun + Math.min(SLOWEST_LOOK.toNanos(), LOOK_SHARE * took);
    }
  }

  /** Brings what runs into line with the files: new, edited and removed ones. */
  public synchronized void refresh() {
    Map<Path, Optional<String>> texts = watch.texts();
    if (texts == last) {
      return;
    }
    if (texts.equals(seen)) {
      last = texts;
      return;
    }
    ExportFolder now = parse(texts);
    answers = null;
    for (Path path : List.copyOf(seen.keySet())) {
      if (!texts.containsKey(path)) {
        unload(path);
        refused.remove(path);
        exports.report(path.toString(), List.of());
        LOG.info("{}: removed; its unfinished runs wait until it comes back", path);
      }
    }
    List<ExportDefinition> begun = new ArrayList<>();
    for (Path path : inOrder(now, texts.keySet())) {
      if (!Objects.equals(texts.get(path), seen.get(path)) || mayBeRightNow(path)) {
        try {
          begun.addAll(replace(path, now));
        } catch (RuntimeException e) {
          // One file that we do not understand must not keep the others from running.
          refuse(path, List.of(CamelRefusal.of(path.toString(), e)), false);
        }
      }
    }
    listener.loaded(begun.stream().filter(this::isLoaded).toList());
    answers = null;
    DirectCheck.Answers all = directs.answers(now.files().values());
    loaded.forEach((path, running) -> missAnswers(path, running, all));
    seen.clear();
    seen.putAll(texts);
    last = texts;
  }

  /** How many files hold what does not run, or are called in a way that they are not read. */
  public synchronized long unloaded() {
    return refused.keySet().stream().filter(path -> !loaded.containsKey(path)).count()
        + ExportFolder.misnamed(folder).size();
  }

  private boolean isLoaded(ExportDefinition export) {
    return exports.find(export.name()).filter(now -> now == export).isPresent();
  }

  /** Parses what is not as it was. */
  private ExportFolder parse(Map<Path, Optional<String>> texts) {
    parsed.keySet().retainAll(texts.keySet());
    Map<Path, ExportFile> files = new TreeMap<>();
    List<Problem> problems = new ArrayList<>();
    texts.forEach(
        (path, text) -> {
          if (!text.equals(seen.get(path))) {
            parsed.remove(path);
          }
          ExportFolder one =
              parsed.computeIfAbsent(path, unread -> ExportFolder.parse(Map.of(path, text)));
          files.putAll(one.files());
          problems.addAll(one.problems());
        });
    return new ExportFolder(files, problems);
  }

  /** What is answered by the files that are not refused, until one more is or no longer is. */
  private DirectCheck.Answers answers(ExportFolder now) {
    DirectCheck.Answers known = answers;
    if (known == null) {
      known =
          directs.answers(
              now.files().values().stream()
                  .filter(other -> !refused.containsKey(other.path()))
                  .toList());
      answers = known;
    }
    return known;
  }

  /** An export runs on when a route that it sends to is gone, but health and log tell of it. */
  private void missAnswers(Path path, Loaded running, DirectCheck.Answers allAnswers) {
    if (!refused.containsKey(path)) {
      List<Problem> problems = directs.problems(running.file(), allAnswers);
      if (exports.report(path.toString(), problems)) {
        problems.forEach(problem -> LOG.error("{}", problem));
      }
    }
  }

  /** Those that exports may send to come first: an export of theirs is refused with them. */
  private static List<Path> inOrder(ExportFolder now, Set<Path> paths) {
    return paths.stream()
        .sorted(
            Comparator.comparing(
                path ->
                    now.files().containsKey(path)
                        && now.files().get(path).routes().stream()
                            .anyMatch(route -> route.kamelet() != null)))
        .toList();
  }

  /**
   * What was wrong with a file may have been put right in another one. What Camel refuses is not
   * tried over and over in place of a version that runs.
   */
  private boolean mayBeRightNow(Path path) {
    Refusal refusal = refused.get(path);
    return refusal != null && !(refusal.byCamel() && loaded.containsKey(path));
  }

  /** Gives back the exports that can run from now on. */
  private List<ExportDefinition> replace(Path path, ExportFolder now) {
    ExportFile file = now.files().get(path);
    if (file == null) {
      refuse(
          path,
          now.problems().stream()
              .filter(problem -> problem.file().equals(path.toString()))
              .toList(),
          false);
      return List.of();
    }
    ExportCheck.Result result = check.check(file, id -> elsewhere(path, id));
    List<Problem> problems = new ArrayList<>(result.problems());
    problems.addAll(now.mergedNames(file));
    if (refused.containsKey(path)) {
      // It may answer itself.
      problems.addAll(
          directs.problems(
              file,
              now.files().values().stream()
                  .filter(other -> !refused.containsKey(other.path()))
                  .toList()));
    } else {
      problems.addAll(directs.problems(file, answers(now)));
    }
    if (!problems.isEmpty()) {
      refuse(path, problems, false);
      return List.of();
    }
    Loaded before = loaded.get(path);
    unload(path);
    return load(path, new Loaded(file, result.definitions()), before);
  }

  private List<ExportDefinition> load(Path path, Loaded wanted, @Nullable Loaded before) {
    try {
      start(path, wanted);
      if (refused.remove(path) != null) {
        answers = null;
      }
      exports.report(path.toString(), List.of());
      return wanted.definitions();
    } catch (Exception e) {
      withdraw(path, wanted);
      refuse(path, List.of(CamelRefusal.of(path.toString(), e)), true);
      return before != null && restore(path, before) ? before.definitions() : List.of();
    }
  }

  private void start(Path path, Loaded wanted) throws Exception {
    ExportFile file = wanted.file();
    List<ExportFile.DeclaredRoute> apart = file.apart();
    if (apart.isEmpty()) {
      routes.load(file, check.loadable(file));
    } else {
      Set<String> later =
          Set.copyOf(apart.stream().map(route -> String.valueOf(route.id())).toList());
      Predicate<ExportFile.Element> atOnce =
          element -> element.route() == null || !later.contains(element.route());
      if (file.elements().stream().anyMatch(atOnce)) {
        routes.load(file, check.loadable(file, atOnce));
      }
      for (ExportFile.DeclaredRoute route : apart) {
        routes.add(file, route);
      }
    }
    loaded.put(path, wanted);
    for (ExportDefinition definition : wanted.definitions()) {
      exports.add(definition);
      LOG.info("{}: loaded from {}", definition.name(), path);
    }
  }

  private boolean restore(Path path, Loaded before) {
    try {
      start(path, before);
      LOG.warn("{}: the version before the edit goes on", path);
      return true;
    } catch (Exception e) {
      withdraw(path, before);
      LOG.error("{}: the version before the edit cannot be loaded again", path, e);
      return false;
    }
  }

  /** What was begun of a file that cannot run: its exports must not go on without their routes. */
  private void withdraw(Path path, Loaded wanted) {
    loaded.remove(path);
    for (ExportDefinition definition : wanted.definitions()) {
      exports.remove(definition.name());
      listener.unloaded(definition);
    }
    remove(wanted);
  }

  private void refuse(Path path, List<Problem> found, boolean byCamel) {
    List<Problem> problems = found.stream().map(problem -> problem.redacted(redact)).toList();
    exports.report(path.toString(), problems);
    Refusal before = refused.put(path, new Refusal(problems, byCamel));
    if (before == null) {
      answers = null;
    }
    if (before != null && problems.equals(before.problems())) {
      return;
    }
    for (Problem problem : problems) {
      boolean ofThisFile = problem.file().equals(path.toString());
      LOG.error("{}{}", ofThisFile ? "" : path + " is not loaded: ", problem);
    }
    if (loaded.containsKey(path)) {
      LOG.warn("{}: the version before the edit goes on", path);
    }
  }

  private void unload(Path path) {
    Loaded before = loaded.remove(path);
    if (before != null) {
      for (ExportDefinition definition : before.definitions()) {
        exports.remove(definition.name());
        listener.unloaded(definition);
      }
      remove(before);
    }
  }

  private void remove(Loaded loadedFile) {
    List<ExportFile.DeclaredRoute> apart = loadedFile.file().apart();
    apart.forEach(routes::remove);
    routes.remove(
        loadedFile.file(),
        loadedFile.file().routes().stream().filter(route -> !apart.contains(route)).toList());
    // One that Camel refused is not known, and has left something all the same.
    routes.remove(loadedFile.file(), apart);
  }

  /** Where a route of this id stands, if it is not in this file. */
  private Optional<String> elsewhere(Path path, String id) {
    Loaded own = loaded.get(path);
    boolean ownRoute =
        own != null && own.file().routes().stream().anyMatch(route -> id.equals(route.id()));
    if (ownRoute) {
      return Optional.empty();
    }
    return camel.getRoute(id) == null
        ? Optional.of(routes.location(id)).filter(file -> !file.isEmpty())
        : Optional.of(ExportTrial.location(camel.getRouteDefinition(id)));
  }
}
