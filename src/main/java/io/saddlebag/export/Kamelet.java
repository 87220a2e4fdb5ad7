package io.saddlebag.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a Kamelet file declares: the vendor flow that it starts (if it does), its parameters, and
 * the settings of the connection that it needs ({@code x-connection}).
 *
 * @param name the Kamelet's name
 * @param vendor the vendor's slug, from the annotation {@code saddlebag.io/vendor}
 * @param flow the flow, from the annotation {@code saddlebag.io/flow}; empty for a Kamelet that is
 *     a step
 * @param flowBy other flows by {@code parameter=value}, from {@code x-flow}
 * @param downloadOnly whether the vendor builds the file while it is fetched, so that there is
 *     nothing to create or to poll; from the annotation {@code saddlebag.io/steps: download}
 * @param handsOn whether it hands files to the steps inside it
 * @param inTemplate the parameters that its template mentions
 * @param parameters the parameters by name
 * @param connection the connection's settings by name
 * @param authorization the ways to prove who one is that it declares itself, by their words, from
 *     {@code x-authorization} in {@code x-connection}
 * @param refused which answers mean that the credentials were refused, from {@code x-refused} in
 *     {@code x-connection}
 * @param rules how parameters depend on each other
 * @param exact whether its beans take texts in code ({@link io.saddlebag.kamelet.ExactText}); from
 *     the annotation {@code saddlebag.io/parameters: exact}
 * @param unique the parameters whose values no other step of the route may have ({@code x-unique})
 * @param incremental how its exports can bring only what is new; null when they cannot
 */
public record Kamelet(
    String name,
    String vendor,
    String flow,
    Map<String, String> flowBy,
    boolean downloadOnly,
    boolean handsOn,
    boolean exact,
    Set<String> inTemplate,
    Map<String, Declared> parameters,
    Map<String, Declared> connection,
    Map<String, AuthorizationScheme> authorization,
    RefusalRule refused,
    List<Rule> rules,
    List<String> unique,
    @Nullable Incremental incremental) {
  private static final Set<String> ANY_DOES = Set.of("path", "layout");
  private static final Pattern MENTION = Pattern.compile("\\{\\{[?!]?([A-Za-z][A-Za-z0-9]*)");

  /**
   * Whether a value of a parameter changes nothing for Camel that {@link ValueCheck} has not said:
   * the template does without it, or our own step takes any path or layout that is one.
   */
  boolean anyValueDoes(String parameter) {
    Declared declared = parameters.get(parameter);
    return declared != null
        && (!inTemplate.contains(parameter)
            || exact && ANY_DOES.contains(String.valueOf(declared.format())));
  }

  /** Whether a setting of its connections is a secret, by its name or by its declaration. */
  boolean secret(String setting) {
    Declared declared = connection.get(setting);
    return Connection.secret(setting) || (declared != null && "password".equals(declared.format()));
  }

  /** Whether it starts a vendor's flow; otherwise it is a step that shapes or delivers a file. */
  public boolean startsFlow() {
    return !flow.isEmpty();
  }

  /** What a message calls its connections. */
  String kind() {
    return startsFlow() ? flow : name;
  }

  /** What a parameter is when it is not given, null for nothing. */
  @Nullable String defaultOf(String parameter) {
    Declared declared = parameters.get(parameter);
    return declared == null ? null : declared.defaultValue();
  }

  /** The flow that these parameter values choose. */
  public String flow(Map<String, String> values) {
    return values.entrySet().stream()
        .map(value -> flowBy.get(value.getKey() + "=" + value.getValue()))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(flow);
  }

  /** Reads a Kamelet's declaration. */
  static Kamelet of(JsonNode document) {
    JsonNode metadata = document.path("metadata");
    JsonNode definition = document.path("spec").path("definition");
    String flow = metadata.path("annotations").path("saddlebag.io/flow").asText();
    return new Kamelet(
        metadata.path("name").asText(),
        metadata.path("annotations").path("saddlebag.io/vendor").asText(flow),
        flow,
        flows(definition.path("x-flow")),
        metadata.path("annotations").path("saddlebag.io/steps").asText().equals("download"),
        document.path("spec").path("template").toString().contains("kamelet:sink"),
        metadata.path("annotations").path("saddlebag.io/parameters").asText().equals("exact"),
        MENTION
            .matcher(document.path("spec").path("template").toString())
            .results()
            .map(mention -> mention.group(1))
            .collect(Collectors.toUnmodifiableSet()),
        declared(definition),
        declared(definition.path("x-connection")),
        schemes(definition.path("x-connection").path("x-authorization")),
        refused(definition.path("x-connection").path("x-refused")),
        rules(definition.path("x-rules")),
        names(definition.path("x-unique")),
        Incremental.of(definition.path("x-incremental")));
  }

  private static Map<String, String> flows(JsonNode node) {
    Map<String, String> flows = new LinkedHashMap<>();
    node.properties()
        .forEach(
            parameter ->
                parameter
                    .getValue()
                    .properties()
                    .forEach(
                        value ->
                            flows.put(
                                parameter.getKey() + "=" + value.getKey(),
                                value.getValue().asText())));
    return flows;
  }

  private static Map<String, AuthorizationScheme> schemes(JsonNode node) {
    Map<String, AuthorizationScheme> schemes = new LinkedHashMap<>();
    node.properties()
        .forEach(
            scheme -> {
              Map<String, String> headers = new LinkedHashMap<>();
              scheme
                  .getValue()
                  .properties()
                  .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
              schemes.put(scheme.getKey(), new AuthorizationScheme(headers));
            });
    return schemes;
  }

  private static RefusalRule refused(JsonNode node) {
    return node.isMissingNode()
        ? RefusalRule.STANDARD
        : new RefusalRule(names(node.path("when")), names(node.path("unless")));
  }

  private static List<Rule> rules(JsonNode rules) {
    List<Rule> all = new ArrayList<>();
    for (JsonNode rule : rules) {
      rule.properties()
          .forEach(entry -> all.add(new Rule(entry.getKey(), names(entry.getValue()))));
    }
    return List.copyOf(all);
  }

  private static List<String> names(JsonNode array) {
    List<String> names = new ArrayList<>();
    array.forEach(name -> names.add(name.asText()));
    return List.copyOf(names);
  }

  private static Map<String, Declared> declared(JsonNode schema) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    Map<String, Declared> all = new LinkedHashMap<>();
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                all.put(
                    property.getKey(),
                    declared(
                        property.getKey(),
                        property.getValue(),
                        required.contains(property.getKey()))));
    return all;
  }

  private static Declared declared(String name, JsonNode node, boolean required) {
    return new Declared(
        name,
        node.path("type").asText("string"),
        text(node, "format"),
        text(node, "default"),
        names(node.path("enum")),
        text(node, "pattern"),
        text(node, "example"),
        required,
        node.has("items") ? declared(name, node.get("items"), true) : null,
        declared(node),
        node.path("additionalProperties").isBoolean()
            && !node.path("additionalProperties").asBoolean());
  }

  private static @Nullable String text(JsonNode node, String field) {
    if (!node.hasNonNull(field)) {
      return null;
    }
    JsonNode value = node.get(field);
    return value.isContainerNode() ? value.toString() : value.asText();
  }
}
