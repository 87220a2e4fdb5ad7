package io.saddlebag.export;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * Finds the {@code direct:} endpoints that no route answers at: Camel would notice when the first
 * file has come.
 */
final class DirectCheck {
  private final CamelContext camel;
  private final Supplier<List<RouteDefinition>> others;

  /**
   * A check with the properties of this context.
   *
   * @param others the routes that answer besides those of the files
   */
  DirectCheck(CamelContext camel, Supplier<List<RouteDefinition>> others) {
    this.camel = camel;
    this.others = others;
  }

  /**
   * What a file sends to nobody, when these files stand beside each other. What routes a template
   * makes is not known before they are made: beside such a file nothing is missed.
   */
  List<Problem> problems(ExportFile file, Collection<ExportFile> all) {
    return file.routes().stream().allMatch(route -> route.sends().isEmpty())
        ? List.of()
        : problems(file, answers(all));
  }

  /**
   * What files and other routes answer at.
   *
   * @param names the names of {@code direct:} endpoints
   * @param more whether templates may make others
   */
  record Answers(Set<String> names, boolean more) {}

  /** What these files and the other routes answer at. */
  Answers answers(Collection<ExportFile> all) {
    return new Answers(answered(all), all.stream().anyMatch(ExportFile::templated));
  }

  /** What a file sends to nobody, when this is answered. */
  List<Problem> problems(ExportFile file, Answers answers) {
    if (file.templated() || answers.more()) {
      return List.of();
    }
    Set<String> answered = answers.names();
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
                    "no route that can run has this in its from"
                        + NearestName.hint(name, answered)
                        + ": correct the name or that route, or add one"));
          }
        }
      }
    }
    return problems;
  }

  /** The names of the {@code direct:} endpoints that these files and the other routes answer at. */
  Set<String> answered(Collection<ExportFile> files) {
    Set<String> answered = new TreeSet<>();
    files.forEach(file -> file.routes().forEach(route -> answered.addAll(name(route.from()))));
    for (RouteDefinition route : others.get()) {
      answered.addAll(name(new ExportFile.Target(route.getInput().getEndpointUri(), Map.of(), 0)));
    }
    return answered;
  }

  /** A text with its properties put in; an optional one that is not there leaves nothing. */
  private String resolved(String text) {
    return Optional.ofNullable(camel.resolvePropertyPlaceholders(text)).orElse("");
  }

  /** The name of a direct endpoint, if it is one and its name is known before a message comes. */
  private List<String> name(ExportFile.Target target) {
    try {
      String uri = resolved(target.uri()).replaceFirst("[?].*", "");
      String name =
          uri.equals("direct")
              ? resolved(target.parameters().getOrDefault("name", ""))
              : uri.replaceFirst("^direct:(//)?", "");
      return name.equals(uri) || name.isEmpty() || name.contains("{") ? List.of() : List.of(name);
    } catch (IllegalArgumentException noSuchProperty) {
      return List.of(); // Camel says so when it builds the route.
    }
  }
}
