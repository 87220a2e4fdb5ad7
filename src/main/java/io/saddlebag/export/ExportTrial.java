package io.saddlebag.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Lets Camel build all routes in a context that is never started, so that what it would refuse is
 * found while nothing is at stake: no consumer is made, nothing is connected to, sent or written
 * (docs/decisions/0015-check-builds-the-routes.md).
 */
public final class ExportTrial {
  private static final String ALERTS = "export-alert";

  private final ModelCamelContext camel;
  private final ExportCheck check;

  /** Builds in this context, which is initialized, and has Saddlebag's own routes. */
  public ExportTrial(CamelContext camel, ExportCheck check) {
    this.camel = (ModelCamelContext) camel;
    this.check = check;
  }

  /** Builds Saddlebag's own routes, then the exports of a folder, each file on its own. */
  public ExportCheck.Result of(Path folder) {
    List<RouteDefinition> own = List.copyOf(camel.getRouteDefinitions());
    List<Problem> problems = new ArrayList<>();
    for (RouteDefinition route : own) {
      problems.addAll(build(location(route), route));
    }
    ExportFolder exports = ExportFolder.read(folder);
    problems.addAll(exports.problems());
    Map<ExportFile, ExportCheck.Result> right = new LinkedHashMap<>();
    for (ExportFile file : exports.files().values()) {
      ExportCheck.Result checked =
          check.check(file, id -> exports.before(file.path(), id).or(() -> holder(own, id)));
      List<Problem> found = new ArrayList<>(checked.problems());
      found.addAll(exports.mergedNames(file));
      found.addAll(found.isEmpty() ? build(file) : read(file, file.text()));
      problems.addAll(found);
      if (found.isEmpty()) {
        right.put(file, checked);
      } else {
        problems.addAll(directs(own).problems(file, exports.files().values()));
      }
    }
    problems.addAll(unanswered(right, directs(own)));
    if (!directs(own).answered(exports.files().values()).contains(ALERTS)) {
      problems.add(
          new Problem(
              folder.resolveSibling("alerts.camel.yaml").toString(),
              "from",
              "no route starts at direct:"
                  + ALERTS
                  + ": nobody would be told of a run that fails"));
    }
    // Exports that share a connection share what is wrong with it.
    return new ExportCheck.Result(
        right.values().stream().flatMap(one -> one.definitions().stream()).toList(),
        problems.stream().distinct().toList());
  }

  private DirectCheck directs(List<RouteDefinition> own) {
    return new DirectCheck(camel, () -> own);
  }

  /**
   * Takes out the files that send to nobody, then those that send to one of these, until all that
   * are left are answered.
   */
  private static List<Problem> unanswered(
      Map<ExportFile, ExportCheck.Result> right, DirectCheck directs) {
    List<Problem> problems = new ArrayList<>();
    boolean settled;
    do {
      Set<ExportFile> all = Set.copyOf(right.keySet());
      settled = !right.keySet().removeIf(file -> problems.addAll(directs.problems(file, all)));
    } while (!settled);
    return problems;
  }

  private static Optional<String> holder(List<RouteDefinition> own, String id) {
    return own.stream()
        .filter(route -> id.equals(route.getId()))
        .map(ExportTrial::location)
        .findFirst();
  }

  static String location(RouteDefinition route) {
    return route.getResource() == null
        ? "Saddlebag"
        : route.getResource().getLocation().replaceFirst("^[a-z]+:", "");
  }

  /** Reads a text; what is wrong with a word in it hides what is wrong with its routes. */
  private List<Problem> read(ExportFile file, String text) {
    try {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.fromString(file.path().toString(), text));
      return List.of();
    } catch (Exception e) {
      return List.of(CamelRefusal.of(file.path().toString(), e));
    }
  }

  private List<Problem> build(ExportFile file) {
    List<Problem> problems = new ArrayList<>(read(file, check.loadable(file)));
    if (problems.isEmpty()) {
      for (ExportFile.DeclaredRoute route : file.routes()) {
        RouteDefinition definition = camel.getRouteDefinition(String.valueOf(route.id()));
        if (definition != null) {
          problems.addAll(build(file.path().toString(), definition));
        }
      }
    }
    return problems;
  }

  private List<Problem> build(String file, RouteDefinition route) {
    try {
      camel.startRouteDefinitions(List.of(route));
      // A Kamelet with steps of its own is built only when its route starts.
      for (KameletDefinition step :
          ProcessorDefinitionHelper.filterTypeInOutputs(
              route.getOutputs(), KameletDefinition.class)) {
        camel.getEndpoint("kamelet:" + step.getName());
      }
      return List.of();
    } catch (Exception e) {
      return List.of(CamelRefusal.of(file, e));
    }
  }
}
