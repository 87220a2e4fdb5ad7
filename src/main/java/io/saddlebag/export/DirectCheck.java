package io.saddlebag.export;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * Finds the {@code direct:} endpoints that no route answers at: Camel would notice when the first
 * file has come.
 */
final class DirectCheck {
  private final CamelContext camel;

  /** Knows the routes of this context. */
  DirectCheck(CamelContext camel) {
    this.camel = camel;
  }

  /** What a file sends to nobody, when these files stand beside each other. */
  List<Problem> problems(ExportFile file, Collection<ExportFile> all) {
    Set<String> answered = new TreeSet<>();
    all.forEach(other -> other.routes().forEach(route -> answered.addAll(name(route.from()))));
    for (RouteDefinition route : ((ModelCamelContext) camel).getRouteDefinitions()) {
      answered.addAll(name(new ExportFile.Target(route.getInput().getEndpointUri(), Map.of(), 0)));
    }
    List<Problem> problems = new ArrayList<>();
    for (ExportFile.DeclaredRoute route : file.routes()) {
      for (ExportFile.Target send : route.sends()) {
        // Who says so means that nobody need be there.
        boolean must = !"false".equals(send.parameters().get("failIfNoConsumers"));
        for (String name : name(send)) {
          if (must && !answered.contains(name)) {
            problems.add(
                new Problem(
                    file.path().toString(),
                    "direct:" + name + " (line " + send.line() + ")",
                    null,
                    "no route has this in its from"
                        + NearestName.hint(name, answered)
                        + ": correct the name, or add the route"));
          }
        }
      }
    }
    return problems;
  }

  /** The name of a direct endpoint, if it is one and its name is known before a message comes. */
  private List<String> name(ExportFile.Target target) {
    try {
      String uri = camel.resolvePropertyPlaceholders(target.uri()).replaceFirst("[?].*", "");
      String name =
          uri.equals("direct")
              ? camel.resolvePropertyPlaceholders(target.parameters().getOrDefault("name", ""))
              : uri.replaceFirst("^direct:(//)?", "");
      return name.equals(uri) || name.isEmpty() || name.contains("${") ? List.of() : List.of(name);
    } catch (IllegalArgumentException noSuchProperty) {
      return List.of(); // Camel says so when it builds the route.
    }
  }
}
