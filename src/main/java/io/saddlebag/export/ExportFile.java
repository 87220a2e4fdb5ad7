package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A route file as its user wrote it. Parameters are read from the text itself: on their way through
 * a Kamelet's URI Camel would cut {@code a&b}
 * (docs/decisions/0003-exports-are-read-from-their-files.md).
 *
 * @param path where it is
 * @param text its content
 * @param routes the routes in it
 */
public record ExportFile(Path path, String text, List<DeclaredRoute> routes) {
  private static final String SCHEME = "kamelet:";
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /**
   * A route of the file.
   *
   * @param id its id, null when it has none
   * @param kamelet the Kamelet in its {@code from}, null when it starts with something else
   * @param parameters the Kamelet's parameters as they are written
   * @param steps the Kamelets among its steps, however deep
   */
  public record DeclaredRoute(
      @Nullable String id,
      @Nullable String kamelet,
      Map<String, String> parameters,
      List<DeclaredStep> steps) {}

  /**
   * A step that is a Kamelet.
   *
   * @param kamelet its name
   * @param parameters its parameters as they are written, without RAW(…)
   * @param raw the parameters that are written as RAW(…)
   * @param ownSteps whether it is written with steps of its own
   */
  public record DeclaredStep(
      String kamelet, Map<String, String> parameters, Set<String> raw, boolean ownSteps) {}

  /** Reads the text of a route file; throws when it is not YAML. */
  public static ExportFile parse(Path path, String text) throws JsonProcessingException {
    List<DeclaredRoute> routes = new ArrayList<>();
    for (JsonNode element : YAML.readTree(text)) {
      JsonNode route = element.has("route") ? element.get("route") : element;
      if (route.has("from")) {
        routes.add(route(route));
      }
    }
    return new ExportFile(path, text, List.copyOf(routes));
  }

  /**
   * The text that Camel loads: the user's, line by line, with a route id of its own for each
   * Kamelet. Camel takes two Kamelets with the same parameters for one: two exports would be one
   * endpoint, and the files of the one would go through the steps of the other. The id changes with
   * the text.
   */
  String loadable() {
    String loadable = named();
    requireEveryId(loadable);
    return loadable;
  }

  private String named() {
    StringBuilder loadable = new StringBuilder(text);
    int from = 0;
    for (DeclaredRoute route : routes) {
      if (route.kamelet() != null) {
        from = name(loadable, from, "from|uri", route.kamelet(), route.id() + "-kamelet");
      }
      int count = 0;
      for (DeclaredStep step : route.steps()) {
        from = name(loadable, from, "kamelet|name|to|uri", step.kamelet(), stepId(route, ++count));
      }
    }
    return loadable.toString();
  }

  /**
   * A Kamelet without an id of its own could give its files to the steps of another one: what is
   * written in a way that hides one is not loaded.
   */
  private void requireEveryId(String loadable) {
    List<String> found = new ArrayList<>();
    try {
      collectIds(YAML.readTree(loadable), found);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(path + " is YAML, but not with the ids of its Kamelets", e);
    }
    List<String> wanted = new ArrayList<>(stepRoutes());
    routes.stream()
        .filter(route -> route.kamelet() != null)
        .forEach(route -> wanted.add(route.id() + "-kamelet"));
    wanted.removeAll(found);
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "a Kamelet cannot be told from others: write its name or uri unquoted, before its"
              + " parameters and steps, and each Kamelet by from, to, uri or kamelet");
    }
  }

  private static void collectIds(JsonNode node, List<String> ids) {
    if (node.isTextual() && node.asText().contains("/")) {
      ids.add(node.asText().replaceFirst("[?].*", "").replaceFirst(".*/", ""));
    }
    node.forEach(child -> collectIds(child, ids));
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

  /**
   * Puts an id behind the next mention of a Kamelet, outside of comments; the end of it, or where
   * it was sought from.
   */
  private static int name(StringBuilder text, int from, String keys, String kamelet, String id) {
    Matcher mention =
        Pattern.compile(
                "(?m)(?:^[ \\t]*(?:-[ \\t]+)*|[{\\[,][ \\t]*)[\"']?(?:"
                    + keys
                    + ")[\"']?:\\s*[\"']?(?:kamelet:)?(?://)?"
                    + Pattern.quote(kamelet)
                    + "(/[^\"'?\\s,}\\]]*)?(?=[\"'?\\s,}\\]]|$)")
            .matcher(text);
    if (!mention.find(from)) {
      return from;
    }
    int end = mention.group(1) == null ? mention.end() : mention.start(1);
    text.replace(end, mention.end(), "/" + id);
    return end;
  }

  private static DeclaredRoute route(JsonNode route) {
    JsonNode from = route.get("from");
    String uri = from.isTextual() ? from.asText() : from.path("uri").asText();
    String id = route.hasNonNull("id") ? route.get("id").asText() : null;
    List<DeclaredStep> steps = new ArrayList<>();
    collect(from.path("steps"), steps);
    collect(route.path("steps"), steps);
    if (!uri.startsWith(SCHEME)) {
      return new DeclaredRoute(id, null, Map.of(), List.copyOf(steps));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    written(uri, from.path("parameters"))
        .forEach((name, value) -> parameters.put(name, plain(value)));
    return new DeclaredRoute(id, name(uri), parameters, List.copyOf(steps));
  }

  /** Every Kamelet in a tree of steps: as an endpoint of any step, or as a step of its own. */
  private static void collect(JsonNode node, List<DeclaredStep> steps) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      String text = value.isTextual() ? value.asText() : "";
      if (field.getKey().equals("uri") && text.startsWith(SCHEME)) {
        add(text, node.path("parameters"), false, steps);
      } else if (field.getKey().equals("to") && text.startsWith(SCHEME)) {
        add(text, MissingNode.getInstance(), false, steps);
      } else if (field.getKey().equals("kamelet")) {
        add(
            SCHEME + (value.isTextual() ? text : value.path("name").asText()),
            value.path("parameters"),
            !value.path("steps").isEmpty(),
            steps);
      }
    }
    node.forEach(child -> collect(child, steps));
  }

  private static void add(
      String uri, JsonNode parameters, boolean ownSteps, List<DeclaredStep> steps) {
    String name = name(uri);
    if (name.equals("sink") || name.equals("source")) {
      return;
    }
    Map<String, String> values = new LinkedHashMap<>();
    Set<String> raw = new HashSet<>();
    written(uri, parameters)
        .forEach(
            (parameter, value) -> {
              if (!plain(value).equals(value)) {
                raw.add(parameter);
              }
              values.put(parameter, plain(value));
            });
    steps.add(new DeclaredStep(name, values, raw, ownSteps));
  }

  private static String name(String uri) {
    return rest(uri).replaceFirst("[/?].*", "");
  }

  private static String rest(String uri) {
    return uri.substring(SCHEME.length()).replaceFirst("^//", "");
  }

  /** The parameters in the URI and those under it. */
  private static Map<String, String> written(String uri, JsonNode under) {
    Map<String, String> parameters = new LinkedHashMap<>();
    String rest = rest(uri);
    int question = rest.indexOf('?');
    if (question >= 0) {
      for (String pair : rest.substring(question + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          parameters.put(
              pair.substring(0, equals),
              URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
      }
    }
    under.properties().forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
    return parameters;
  }

  /** What a user wrapped in RAW(…), as Camel's own endpoints need it, means the value inside. */
  private static String plain(String value) {
    return value.startsWith("RAW(") && value.endsWith(")")
        ? value.substring(4, value.length() - 1)
        : value;
  }
}
