package io.saddlebag.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /**
   * A route of the file.
   *
   * @param id its id, null when it has none
   * @param kamelet the Kamelet in its {@code from}, null when it starts with something else
   * @param parameters the Kamelet's parameters as they are written
   */
  public record DeclaredRoute(
      @Nullable String id, @Nullable String kamelet, Map<String, String> parameters) {}

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
   * Kamelet. Two exports with the same parameters would otherwise be one endpoint to Camel, which
   * may have one consumer only.
   */
  String loadable() {
    StringBuilder text = new StringBuilder(this.text);
    int from = 0;
    for (DeclaredRoute route : routes) {
      if (route.kamelet() != null) {
        Matcher uri =
            Pattern.compile(
                    "(?m)^[ -]*(?:from|uri):\\s*[\"']?kamelet:(?://)?"
                        + Pattern.quote(route.kamelet())
                        + "(?=[\"'?\\s]|$)")
                .matcher(text);
        if (uri.find(from)) {
          text.insert(uri.end(), "/" + route.id() + "-kamelet");
          from = uri.end();
        }
      }
    }
    return text.toString();
  }

  private static DeclaredRoute route(JsonNode route) {
    JsonNode from = route.get("from");
    String uri = from.isTextual() ? from.asText() : from.path("uri").asText();
    String id = route.hasNonNull("id") ? route.get("id").asText() : null;
    Map<String, String> parameters = new LinkedHashMap<>();
    if (!uri.startsWith("kamelet:")) {
      return new DeclaredRoute(id, null, parameters);
    }
    String rest = uri.substring("kamelet:".length()).replaceFirst("^//", "");
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
    from.path("parameters")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), plain(entry.getValue().asText())));
    String name = question < 0 ? rest : rest.substring(0, question);
    return new DeclaredRoute(id, name.replaceFirst("/.*", ""), parameters);
  }

  /** What a user wrapped in RAW(…), as Camel's own endpoints need it, means the value inside. */
  private static String plain(String value) {
    return value.startsWith("RAW(") && value.endsWith(")")
        ? value.substring(4, value.length() - 1)
        : value;
  }
}
