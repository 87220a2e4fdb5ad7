package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * @param elements where each element of it stands; none when they cannot be loaded one by one
 */
public record ExportFile(
    Path path, String text, List<DeclaredRoute> routes, boolean templated, List<Element> elements) {
  private static final String SCHEME = "kamelet:";
  private static final Pattern LETTER = Pattern.compile("[^\\r\\n]");

  /** A value on one line that every reader of YAML reads alike. */
  private static final Pattern PLAIN =
      Pattern.compile(
          "[\\p{L}\\p{N}][\\p{L}\\p{N} ._/$()+?,;*'-]*\\s*"
              + "|\"[\\p{L}\\p{N} ._/$()+?,;*:={}-]*\"|'[\\p{L}\\p{N} ._/$()+?,;*:={}-]*'");

  /** What says nothing of the other elements of its file. */
  private static final Set<String> ALONE =
      Set.of("route", "beans", "rest", "routeTemplate", "templatedRoute");

  private static final Pattern IN_QUERY =
      Pattern.compile("([^=&]+)=(RAW\\(.*?\\)(?=&|$)|[^&]*)", Pattern.DOTALL);

  /**
   * A route of the file.
   *
   * @param id its id, null when it has none
   * @param from where it starts, as it is written: a URI with its parameters
   * @param kamelet the Kamelet in its {@code from}, null when it starts with something else
   * @param steps the Kamelets among its steps, however deep
   * @param sends the other endpoints among its steps that are written out
   * @param stepIds the ids that its steps have been given
   * @param words where its id and its description stand
   */
  public record DeclaredRoute(
      @Nullable String id,
      Target from,
      @Nullable DeclaredStep kamelet,
      List<DeclaredStep> steps,
      List<Target> sends,
      Set<String> stepIds,
      List<Place> words) {}

  /**
   * A place in the text.
   *
   * @param start where it begins
   * @param end behind it
   */
  public record Place(int start, int end) {}

  /**
   * An element of the file's list.
   *
   * @param route the id of the route that it is, null when it is another thing
   * @param start where it begins in the text
   * @param end behind it
   */
  public record Element(@Nullable String route, int start, int end) {

    /** Finds the elements; none when one reaches over others, or cannot be taken out. */
    private static List<Element> of(String text, LocatedYaml yaml) {
      if (!yaml.root().isArray() || yaml.hasAliases()) {
        return List.of();
      }
      List<Element> elements = new ArrayList<>();
      List<Integer> starts = new ArrayList<>();
      for (JsonNode element : yaml.root()) {
        int start = yaml.offset(element) - 1;
        while (start >= 0 && Character.isWhitespace(text.charAt(start))) {
          start--;
        }
        if (start < 0 || text.charAt(start) != '-' || !standsAlone(element)) {
          return List.of();
        }
        starts.add(start);
      }
      for (JsonNode element : yaml.root()) {
        int number = elements.size();
        int end = number + 1 < starts.size() ? starts.get(number + 1) : text.length();
        JsonNode route = element.has("route") ? element.get("route") : element;
        boolean named = (element.has("route") || route.has("from")) && route.hasNonNull("id");
        elements.add(new Element(named ? route.get("id").asText() : null, starts.get(number), end));
      }
      return List.copyOf(elements);
    }

    private static boolean standsAlone(JsonNode element) {
      return element.isObject()
              && element.properties().stream().allMatch(field -> ALONE.contains(field.getKey()))
          || element.has("from");
    }
  }

  /**
   * A Kamelet of a route.
   *
   * @param kamelet its name
   * @param written its parameters as they are written
   * @param ownSteps whether it is written with steps of its own
   * @param mention where its name stands
   */
  public record DeclaredStep(
      String kamelet, List<Written> written, boolean ownSteps, Mention mention) {

    /** Its parameters without RAW(…); of a list or a map its JSON. */
    Map<String, String> parameters() {
      Map<String, String> parameters = new LinkedHashMap<>();
      written.forEach(one -> parameters.put(one.name(), one.value()));
      return parameters;
    }

    /** The names of the parameters that are written as lists or maps. */
    Set<String> structured() {
      return written.stream()
          .filter(one -> one.structured() != null)
          .map(Written::name)
          .collect(Collectors.toSet());
    }

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
    return new ExportFile(path, text, List.copyOf(routes), templated, Element.of(text, yaml));
  }

  /** Which texts Camel must not see as they are, and what it sees in their place. */
  @FunctionalInterface
  interface Coding {
    /** What stands for a parameter of a Kamelet; empty when it can stay as it is. */
    Optional<String> of(String kamelet, Written parameter);
  }

  /** What Camel loads, with all values as they are written. */
  String loadable() {
    return loadable((kamelet, parameter) -> Optional.empty());
  }

  /**
   * The text that Camel loads: the user's, line by line, with a route id of its own for each
   * Kamelet, without lists and maps as parameters, and with values in code where Camel would change
   * them. Camel takes two Kamelets with the same parameters for one: two exports would be one
   * endpoint, and the files of the one would go through the steps of the other. The id changes with
   * the text.
   */
  String loadable(Coding coding) {
    return loadable(coding, element -> true);
  }

  /** The same with some of the elements only; the lines stay. */
  String loadable(Coding coding, Predicate<Element> wanted) {
    NavigableMap<Integer, Change> changes = new TreeMap<>();
    for (DeclaredRoute route : routes) {
      if (route.kamelet() != null) {
        change(route.kamelet(), sourceId(route), coding, changes);
        route.kamelet().written().forEach(parameter -> hide(parameter.structured(), changes));
      }
      int count = 0;
      for (DeclaredStep step : route.steps()) {
        change(step, stepId(route, ++count), coding, changes);
      }
    }
    for (Element element : elements) {
      if (!wanted.test(element)) {
        changes.subMap(element.start(), element.end()).clear();
        changes.put(
            element.start(),
            new Change(element.end(), blank(text.substring(element.start(), element.end()))));
      }
    }
    StringBuilder loadable = new StringBuilder();
    int from = 0;
    for (Map.Entry<Integer, Change> change : changes.entrySet()) {
      loadable.append(text, from, change.getKey()).append(change.getValue().text());
      from = change.getValue().end();
    }
    return loadable.append(text, from, text.length()).toString();
  }

  /** The id of the route that Camel makes of the Kamelet that a route begins with. */
  static String sourceId(DeclaredRoute route) {
    return route.id() + "-kamelet";
  }

  /** Camel refuses lists and maps as parameters; the run has them from here. The lines stay. */
  private void hide(LocatedYaml.@Nullable Span span, NavigableMap<Integer, Change> changes) {
    if (span == null) {
      return;
    }
    int colon = text.indexOf(':', span.keyEnd());
    changes.put(colon, new Change(colon + 1, ": \"-\""));
    changes.put(
        span.start(), new Change(span.end(), blank(text.substring(span.start(), span.end()))));
  }

  private static String blank(String text) {
    return LETTER.matcher(text).replaceAll(" ");
  }

  /** What stands in the place of the text up to an offset. */
  private record Change(int end, String text) {}

  private void change(
      DeclaredStep step, String id, Coding coding, NavigableMap<Integer, Change> changes) {
    changes.put(step.mention().start(), new Change(step.mention().end(), "/" + id));
    for (Written parameter : step.written()) {
      coding
          .of(step.kamelet(), parameter)
          .filter(code -> parameter.located() && parameter.structured() == null)
          .ifPresent(
              code -> {
                // What comes after it stays on its line, for messages that name it.
                long lines =
                    text.substring(parameter.start(), parameter.end())
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
                changes.put(
                    parameter.start(),
                    new Change(parameter.end(), code + "\n".repeat((int) lines)));
              });
    }
  }

  /**
   * What is left of a route's text without the values that Camel does not look at: routes that are
   * left the same are the same to it. Only values of plain letters are left out.
   *
   * @param idle which parameters of a Kamelet those are
   */
  String shape(DeclaredRoute route, BiPredicate<DeclaredStep, Written> idle) {
    NavigableMap<Integer, Integer> out = new TreeMap<>();
    route.words().forEach(word -> out.put(word.start(), word.end()));
    Stream.concat(Stream.ofNullable(route.kamelet()), route.steps().stream())
        .forEach(
            step ->
                step.written().stream()
                    .filter(one -> one.located() && one.structured() == null)
                    .filter(one -> idle.test(step, one))
                    .forEach(one -> out.put(one.start(), one.end())));
    Element element =
        elements.stream()
            .filter(one -> String.valueOf(route.id()).equals(one.route()))
            .findFirst()
            .orElseThrow();
    StringBuilder shape = new StringBuilder();
    int from = element.start();
    for (Map.Entry<Integer, Integer> value : out.entrySet()) {
      if (PLAIN.matcher(text.substring(value.getKey(), value.getValue())).matches()) {
        shape.append(text, from, value.getKey()).append('\0');
        from = value.getValue();
      }
    }
    return shape.append(text, from, element.end()).toString().strip();
  }

  /** The ids of the routes that Camel makes of the Kamelets among a route's steps. */
  List<String> stepRoutes(DeclaredRoute route) {
    return IntStream.rangeClosed(1, route.steps().size())
        .mapToObj(number -> stepId(route, number))
        .toList();
  }

  private String stepId(DeclaredRoute route, int number) {
    return route.id() + "-" + number + "-" + Integer.toHexString(text.hashCode());
  }

  /**
   * The routes that Camel can make one by one, when they are first needed: exports, which nobody
   * sends to but the delivery of their runs.
   */
  List<DeclaredRoute> apart() {
    Set<String> ids =
        elements.stream().map(Element::route).filter(Objects::nonNull).collect(Collectors.toSet());
    return routes.stream()
        .filter(route -> route.kamelet() != null && ids.contains(String.valueOf(route.id())))
        .toList();
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
          List.copyOf(sends),
          Set.copyOf(ids(from.path("steps"), ids(route.path("steps"), new TreeSet<>()))),
          Stream.of("id", "description")
              .map(route::path)
              .filter(JsonNode::isTextual)
              .map(word -> new Place(yaml.offset(word), yaml.end(word)))
              .toList());
    }

    private static Set<String> ids(JsonNode node, Set<String> found) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        if (field.getKey().equals("id") && field.getValue().isTextual()) {
          found.add(field.getValue().asText());
        } else if (!field.getKey().equals("parameters")) {
          ids(field.getValue(), found);
        }
      }
      if (node.isArray()) {
        node.forEach(child -> ids(child, found));
      }
      return found;
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
      Map<String, String> values = new LinkedHashMap<>();
      query(uri.asText(), -1)
          .forEach(
              one -> values.put(one.name(), one.raw() ? "RAW(" + one.value() + ")" : one.value()));
      parameters
          .properties()
          .forEach(entry -> values.put(entry.getKey(), entry.getValue().asText()));
      return new Target(plain, values, yaml.line(at));
    }

    private DeclaredStep kamelet(JsonNode at, JsonNode uri, JsonNode under, boolean ownSteps) {
      String name = rest(uri.asText()).replaceFirst("[/?].*", "");
      Mention mention =
          uri.isTextual()
              ? Mention.find(text, yaml.offset(uri), yaml.line(uri), name)
              : new Mention(yaml.line(at), -1, -1);
      Map<String, Written> values = new LinkedHashMap<>();
      query(uri.asText(), queryOffset(uri, mention))
          .forEach(parameter -> values.put(parameter.name(), parameter));
      under
          .properties()
          .forEach(
              entry ->
                  values.put(
                      entry.getKey(), Written.under(entry.getKey(), entry.getValue(), yaml, text)));
      return new DeclaredStep(name, List.copyOf(values.values()), ownSteps, mention);
    }

    /** Where the query of a URI begins, negative unless it is written letter by letter. */
    private int queryOffset(JsonNode uri, Mention mention) {
      int question = uri.asText().indexOf('?');
      return question >= 0
              && !mention.hidden()
              && text.startsWith(uri.asText().substring(question), mention.end())
          ? mention.end() + 1
          : -1;
    }
  }

  private static String rest(String uri) {
    return uri.replaceFirst("^kamelet:", "").replaceFirst("^//", "");
  }

  /** The parameters in a URI, whose query begins at an offset in the text. */
  private static List<Written> query(String uri, int offset) {
    int question = uri.indexOf('?');
    List<Written> parameters = new ArrayList<>();
    if (question >= 0) {
      Matcher pair = IN_QUERY.matcher(uri.substring(question + 1));
      while (pair.find()) {
        int start = offset < 0 ? Integer.MIN_VALUE : offset + pair.start(2);
        parameters.add(Written.inQuery(pair.group(1), pair.group(2), start));
      }
    }
    return parameters;
  }
}
