package io.saddlebag.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
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

  private final ModelCamelContext camel;
  private final ExportCheck check;
  private final DirectCheck directs;
  private final Exports exports;
  private final Listener listener;
  private final Path folder;
  private final Map<Path, Optional<String>> seen = new TreeMap<>();
  private final Map<Path, Loaded> loaded = new TreeMap<>();
  private final Map<Path, Refusal> refused = new TreeMap<>();
  private final UnaryOperator<String> redact;

  /** Is told of exports that come and go. */
  public interface Listener {
    /** An export can run from now on. */
    void loaded(ExportDefinition export);

    /** An export is gone, for good or until its edited file is loaded. */
    void unloaded(ExportDefinition export);
  }

  private record Loaded(ExportFile file, List<ExportDefinition> definitions) {}

  private record Refusal(List<Problem> problems, boolean byCamel) {}

  /**
   * Loads the files of this folder into this context.
   *
   * @param redact takes the secrets out of what is told of a file
   */
  public ExportLoader(
      CamelContext camel,
      ExportCheck check,
      Exports exports,
      Listener listener,
      UnaryOperator<String> redact,
      Path folder) {
    this.camel = (ModelCamelContext) camel;
    this.check = check;
    this.directs = new DirectCheck(camel, this.camel::getRouteDefinitions);
    this.redact = redact;
    this.exports = exports;
    this.listener = listener;
    this.folder = folder;
  }

  /** Brings what runs into line with the files: new, edited and removed ones. */
  public synchronized void refresh() {
    Map<Path, Optional<String>> texts = ExportFolder.texts(folder);
    if (texts.equals(seen)) {
      return;
    }
    ExportFolder now = ExportFolder.parse(texts);
    for (Path path : List.copyOf(seen.keySet())) {
      if (!texts.containsKey(path)) {
        unload(path);
        refused.remove(path);
        exports.report(path.toString(), List.of());
        LOG.info("{}: removed; its unfinished runs wait until it comes back", path);
      }
    }
    for (Path path : inOrder(now, texts.keySet())) {
      if (!Objects.equals(texts.get(path), seen.get(path)) || mayBeRightNow(path)) {
        try {
          replace(path, now);
        } catch (RuntimeException e) {
          // One file that we do not understand must not keep the others from running.
          refuse(path, List.of(CamelRefusal.of(path.toString(), e)), false);
        }
      }
    }
    loaded.forEach((path, running) -> missAnswers(path, running, now));
    seen.clear();
    seen.putAll(texts);
  }

  /** An export runs on when a route that it sends to is gone, but health and log tell of it. */
  private void missAnswers(Path path, Loaded running, ExportFolder now) {
    if (!refused.containsKey(path)) {
      List<Problem> problems = directs.problems(running.file(), now.files().values());
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

  private void replace(Path path, ExportFolder now) {
    ExportFile file = now.files().get(path);
    if (file == null) {
      refuse(
          path,
          now.problems().stream()
              .filter(problem -> problem.file().equals(path.toString()))
              .toList(),
          false);
      return;
    }
    ExportCheck.Result result = check.check(file, id -> elsewhere(path, id));
    List<Problem> problems = new ArrayList<>(result.problems());
    problems.addAll(now.mergedNames(file));
    problems.addAll(
        directs.problems(
            file,
            now.files().values().stream()
                .filter(other -> !refused.containsKey(other.path()))
                .toList()));
    if (!problems.isEmpty()) {
      refuse(path, problems, false);
      return;
    }
    Loaded before = loaded.get(path);
    unload(path);
    load(path, new Loaded(file, result.definitions()), before);
  }

  private void load(Path path, Loaded wanted, @Nullable Loaded before) {
    try {
      start(path, wanted);
      refused.remove(path);
      exports.report(path.toString(), List.of());
    } catch (Exception e) {
      withdraw(path, wanted);
      refuse(path, List.of(CamelRefusal.of(path.toString(), e)), true);
      if (before != null) {
        restore(path, before);
      }
    }
  }

  private void start(Path path, Loaded wanted) throws Exception {
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(ResourceHelper.fromString(path.toString(), check.loadable(wanted.file())));
    loaded.put(path, wanted);
    for (ExportDefinition definition : wanted.definitions()) {
      exports.add(definition);
      listener.loaded(definition);
      LOG.info("{}: loaded from {}", definition.name(), path);
    }
  }

  private void restore(Path path, Loaded before) {
    try {
      start(path, before);
      LOG.warn("{}: the version before the edit goes on", path);
    } catch (Exception e) {
      withdraw(path, before);
      LOG.error("{}: the version before the edit cannot be loaded again", path, e);
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

  /**
   * The Kamelet's own routes first: they would otherwise stay and hold on to the delivery endpoint.
   * Those of the steps last, when nothing leads to them any more, with their endpoints: one that
   * stays makes no route when the same text comes back. So does that of a Kamelet in a from whose
   * route Camel refused.
   */
  private void remove(Loaded loadedFile) {
    List<String> ids = new ArrayList<>();
    for (ExportFile.DeclaredRoute route : loadedFile.file().routes()) {
      for (Route running : camel.getRoutes()) {
        if (running.getEndpoint().getEndpointUri().equals("direct://deliver-" + route.id())) {
          ids.add(running.getRouteId());
        }
      }
    }
    loadedFile.file().routes().forEach(route -> ids.add(String.valueOf(route.id())));
    ids.addAll(loadedFile.file().stepRoutes());
    for (String id : ids) {
      try {
        if (camel.getRoute(id) != null) {
          camel.getRouteController().stopRoute(id);
          camel.removeRoute(id);
        }
        if (camel.getRouteDefinition(id) != null) {
          // One that could not be built has left its definition.
          camel.removeRouteDefinition(camel.getRouteDefinition(id));
        }
      } catch (Exception e) {
        LOG.error("The route {} cannot be removed", id, e);
      }
    }
    loadedFile.file().stepRoutes().forEach(this::removeEndpoints);
    loadedFile.file().sourceRoutes().forEach(this::removeEndpoints);
  }

  private void removeEndpoints(String stepRoute) {
    for (Endpoint endpoint : List.copyOf(camel.getEndpoints())) {
      if (endpoint
          .getEndpointUri()
          .matches("kamelet:.*/" + Pattern.quote(stepRoute) + "(\\?.*)?")) {
        try {
          camel.removeEndpoint(endpoint);
        } catch (Exception e) {
          LOG.error("The endpoint of the route {} cannot be removed", stepRoute, e);
        }
      }
    }
  }

  /** Where a route of this id stands, if it is not in this file. */
  private Optional<String> elsewhere(Path path, String id) {
    Loaded own = loaded.get(path);
    boolean ownRoute =
        own != null && own.file().routes().stream().anyMatch(route -> id.equals(route.id()));
    return ownRoute || camel.getRoute(id) == null
        ? Optional.empty()
        : Optional.of(ExportTrial.location(camel.getRouteDefinition(id)));
  }
}
