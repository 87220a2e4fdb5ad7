package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A route file as its user wrote it. Parameters are read from the text itself: on their way through
 * a Kamelet's URI Camel would cut {@code a&b}
 * (docs/decisions/0003-exports-are-read-from-their-files.md).
 *
 * @param path where it is
 * @param text its content
 * @param routes the routes in it
 * @param templated whether it makes more routes, of templates
 */
public record ExportFile(Path path, String text, List<DeclaredRoute> routes, boolean templated) {
  private static final String SCHEME = "kamelet:";

  /**
   * A route of the file.
   *
   * @param id its id, null when it has none
   * @param from where it starts, as it is written: a URI with its parameters
   * @param kamelet the Kamelet in its {@code from}, null when it starts with something else
   * @param steps the Kamelets among its steps, however deep
   * @param sends the other endpoints among its steps that are written out
   */
  public record DeclaredRoute(
      @Nullable String id,
      Target from,
      @Nullable DeclaredStep kamelet,
      List<DeclaredStep> steps,
      List<Target> sends) {}

  /**
   * A Kamelet of a route.
   *
   * @param kamelet its name
   * @param parameters its parameters as they are written, without RAW(…)
   * @param raw the parameters that are written as RAW(…)
   * @param structured the parameters that are written as lists or maps, whose text is JSON, and
   *     where they stand
   * @param ownSteps whether it is written with steps of its own
   * @param mention where its name stands
   */
  public record DeclaredStep(
      String kamelet,
      Map<String, String> parameters,
      Set<String> raw,
      Map<String, LocatedYaml.Span> structured,
      boolean ownSteps,
      Mention mention) {

    /** What a message calls it. */
    String label() {
      return kamelet + " (line " + mention.line() + ")";
    }
  }

  /**
   * An endpoint that is no Kamelet.
   *
   * @param uri its URI as it is written, without the parameters under it
   * @param parameters all its parameters
   * @param line its line
   */
  public record Target(String uri, Map<String, String> parameters, int line) {}

  /** A file that is YAML, but no list of routes. */
  static final class NoRoutes extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoRoutes() {
      super("the file is no list of routes: begin each route with \"- route:\"");
    }
  }

  /** Reads the text of a route file; throws when it is not YAML, or no list. */
  public static ExportFile parse(Path path, String text) throws JsonProcessingException {
    LocatedYaml yaml = LocatedYaml.parse(text);
    if (yaml.root().isValueNode() || (yaml.root().isObject() && !yaml.root().has("kind"))) {
      throw new NoRoutes();
    }
    List<DeclaredRoute> routes = new ArrayList<>();
    for (JsonNode element : yaml.root()) {
      JsonNode route = element.has("route") ? element.get("route") : element;
      if (route.has("from") || element.has("route")) {
        routes.add(new Reading(text, yaml).route(route));
      }
    }
    boolean templated = false;
    for (JsonNode element : yaml.root()) {
      templated |= element.has("templatedRoute");
    }
    return new ExportFile(path, text, List.copyOf(routes), templated);
  }

  /**
   * The text that Camel loads: the user's, line by line, with a route id of its own for each
   * Kamelet, and without lists and maps as parameters. Camel takes two Kamelets with the same
   * parameters for one: two exports would be one endpoint, and the files of the one would go
   * through the steps of the other. The id changes with the text.
   */
  String loadable() {
    Map<Mention, String> ids = new TreeMap<>();
    for (DeclaredRoute route : routes) {
      if (route.kamelet() != null) {
        ids.put(route.kamelet().mention(), sourceId(route));
      }
      int count = 0;
      for (DeclaredStep step : route.steps()) {
        ids.put(step.mention(), stepId(route, ++count));
      }
    }
    TreeMap<Integer, Edit> edits = new TreeMap<>();
    ids.forEach((mention, id) -> edits.put(mention.start(), new Edit(mention.end(), "/" + id)));
    for (DeclaredRoute route : routes) {
      if (route.kamelet() != null) {
        route.kamelet().structured().values().forEach(span -> hide(span, edits));
      }
    }
    StringBuilder loadable = new StringBuilder();
    int from = 0;
    for (Map.Entry<Integer, Edit> edit : edits.entrySet()) {
      loadable.append(text, from, edit.getKey()).append(edit.getValue().text());
      from = edit.getValue().end();
    }
    return loadable.append(text, from, text.length()).toString();
  }

  /** The ids of the routes that Camel makes of the Kamelets that exports begin with. */
  List<String> sourceRoutes() {
    return routes.stream()
        .filter(route -> route.kamelet() != null)
        .map(ExportFile::sourceId)
        .toList();
  }

  private static String sourceId(DeclaredRoute route) {
    return route.id() + "-kamelet";
  }

  /**
   * Another text for a piece of this one.
   *
   * @param end where the piece ends
   * @param text what stands there instead
   */
  private record Edit(int end, String text) {}

  /** Camel refuses lists and maps as parameters; the run has them from here. The lines stay. */
  private void hide(LocatedYaml.Span span, TreeMap<Integer, Edit> edits) {
    int colon = text.indexOf(':', span.keyEnd());
    edits.put(colon, new Edit(colon + 1, ": \"-\""));
    edits.put(
        span.start(),
        new Edit(
            span.end(), text.substring(span.start(), span.end()).replaceAll("[^\\r\\n]", " ")));
  }

  /** The ids of the routes that Camel makes of the Kamelets among the steps. */
  List<String> stepRoutes() {
    List<String> ids = new ArrayList<>();
    for (DeclaredRoute route : routes) {
      for (int number = 1; number <= route.steps().size(); number++) {
        ids.add(stepId(route, number));
      }
    }
    return ids;
  }

  private String stepId(DeclaredRoute route, int number) {
    return route.id() + "-" + number + "-" + Integer.toHexString(text.hashCode());
  }

  /** Reads one file. */
  private record Reading(String text, LocatedYaml yaml) {

    DeclaredRoute route(JsonNode route) {
      JsonNode from = route.path("from");
      JsonNode uri = from.isTextual() ? from : from.path("uri");
      String id = route.hasNonNull("id") ? route.get("id").asText() : null;
      List<DeclaredStep> steps = new ArrayList<>();
      List<Target> sends = new ArrayList<>();
      collect(from.path("steps"), steps, sends);
      collect(route.path("steps"), steps, sends);
      boolean starts = uri.asText().startsWith(SCHEME);
      return new DeclaredRoute(
          id,
          from.isMissingNode()
              ? new Target("", Map.of(), 0)
              : target(from, uri, from.path("parameters")),
          starts ? kamelet(uri, uri, from.path("parameters"), false) : null,
          List.copyOf(steps),
          List.copyOf(sends));
    }

    /** Every endpoint in a tree of steps, and every Kamelet that is a step of its own. */
    private void collect(JsonNode node, List<DeclaredStep> steps, List<Target> sends) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        JsonNode value = field.getValue();
        switch (field.getKey()) {
          case "uri" -> add(value, node.path("parameters"), steps, sends);
          case "to", "toD", "wireTap" -> add(value, MissingNode.getInstance(), steps, sends);
          case "kamelet" -> {
            JsonNode name = value.isTextual() ? value : value.path("name");
            boolean ownSteps = !value.path("steps").isEmpty();
            steps.add(kamelet(value, name, value.path("parameters"), ownSteps));
          }
          default -> {
            // Its children are looked at below.
          }
        }
      }
      node.properties().stream()
          .filter(field -> !field.getKey().equals("parameters"))
          .forEach(field -> collect(field.getValue(), steps, sends));
      if (node.isArray()) {
        node.forEach(child -> collect(child, steps, sends));
      }
    }

    private void add(
        JsonNode uri, JsonNode parameters, List<DeclaredStep> steps, List<Target> sends) {
      if (!uri.asText().startsWith(SCHEME)) {
        if (uri.isTextual()) {
          sends.add(target(uri, uri, parameters));
        }
        return;
      }
      DeclaredStep step = kamelet(uri, uri, parameters, false);
      if (!step.kamelet().equals("sink") && !step.kamelet().equals("source")) {
        steps.add(step);
      }
    }

    private Target target(JsonNode at, JsonNode uri, JsonNode parameters) {
      String plain = uri.asText().replaceFirst("[?].*", "");
      return new Target(plain, written(uri.asText(), parameters, JsonNode::asText), yaml.line(at));
    }

    private DeclaredStep kamelet(JsonNode at, JsonNode uri, JsonNode under, boolean ownSteps) {
      String name = rest(uri.asText()).replaceFirst("[/?].*", "");
      Map<String, String> values = new LinkedHashMap<>();
      Set<String> raw = new HashSet<>();
      written(uri.asText(), under, yaml::value)
          .forEach(
              (parameter, value) -> {
                if (!plain(value).equals(value)) {
                  raw.add(parameter);
                }
                values.put(parameter, plain(value));
              });
      Mention mention =
          uri.isTextual()
              ? Mention.find(text, yaml.offset(uri), yaml.line(uri), name)
              : new Mention(yaml.line(at), -1, -1);
      Map<String, LocatedYaml.Span> structured = new LinkedHashMap<>();
      under.properties().stream()
          .filter(parameter -> parameter.getValue().isContainerNode())
          .forEach(
              parameter -> structured.put(parameter.getKey(), yaml.span(parameter.getValue())));
      return new DeclaredStep(name, values, raw, structured, ownSteps, mention);
    }
  }

  private static String rest(String uri) {
    return uri.replaceFirst("^kamelet:", "").replaceFirst("^//", "");
  }

  /** The parameters in the URI and those under it. */
  private static Map<String, String> written(
      String uri, JsonNode under, Function<JsonNode, String> text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    int question = uri.indexOf('?');
    if (question >= 0) {
      for (String pair : uri.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
        }
      }
    }
    under
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), text.apply(entry.getValue())));
    return parameters;
  }

  /** A value in a URI; one in RAW(…), or with a per cent sign that begins no code, is as it is. */
  private static String decoded(String value) {
    try {
      return value.startsWith("RAW(") ? value : URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException noCode) {
      return value;
    }
  }

  /** What a user wrapped in RAW(…), as Camel's own endpoints need it, means the value inside. */
  private static String plain(String value) {
    return value.startsWith("RAW(") && value.endsWith(")")
        ? value.substring(4, value.length() - 1)
        : value;
  }
}
