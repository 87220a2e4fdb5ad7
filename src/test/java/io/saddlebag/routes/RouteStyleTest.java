package io.saddlebag.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What keeps the routes readable; a message names file, route and remedy. */
class RouteStyleTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String TYPE_LABEL = "camel.apache.org/kamelet.type";
  private static final List<String> STEPS =
      List.of("create", "poll", "download", "cancel", "check");
  private static final List<String> DOWNLOAD_ONLY_STEPS = List.of("download", "check");
  private static final Set<String> OF_JOBS =
      Set.of("pollMin", "pollMax", "onDeadline", "onLostCreate");
  private static final Set<String> OURS =
      Set.of(
          "runId",
          "runExport",
          "runFlow",
          "runState",
          "runLane",
          "kamelet",
          "jobId",
          "found",
          "status",
          "vendorStatus",
          "progress",
          "reason",
          "note",
          "request",
          "requestBody",
          "requestFormat",
          "acceptStatus",
          "httpStatus",
          "link",
          "linkHops",
          "fileKind",
          "fileName",
          "filePosition",
          "notReadyStatus");

  private record Route(Path file, JsonNode node) {
    String id() {
      return node.path("id").asText();
    }

    @Override
    public String toString() {
      return file + ", route " + id();
    }
  }

  private static List<Path> files(String folder, String ending) throws IOException {
    if (!Files.isDirectory(Path.of(folder))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static List<Route> routes() throws IOException {
    List<Path> files = new ArrayList<>(files("routes", ".camel.yaml"));
    files.addAll(files("routes/vendors", ".camel.yaml"));
    List<Route> routes = new ArrayList<>();
    for (Path file : files) {
      for (JsonNode element : YAML.readTree(file.toFile())) {
        for (String kind : List.of("route", "routeTemplate", "routeConfiguration")) {
          if (element.has(kind)) {
            routes.add(new Route(file, element.get(kind)));
          }
        }
      }
    }
    return routes;
  }

  @Test
  void every_route_has_an_id_and_a_description_of_one_line_without_a_full_stop()
      throws IOException {
    assertThat(routes()).hasSizeGreaterThan(20);
    for (Route route : routes()) {
      assertThat(route.id()).as("%s: give it an id", route).isNotEmpty();
      String description = route.node().path("description").asText();
      assertThat(description)
          .as("%s: describe it", route)
          .isNotEmpty()
          .doesNotEndWith(".")
          .doesNotContain("\n");
    }
  }

  @Test
  void ids_are_unique_and_direct_names_equal_them() throws IOException {
    Set<String> ids = new TreeSet<>();
    for (Route route : routes()) {
      assertThat(ids.add(route.id())).as("%s: another route has this id", route).isTrue();
      JsonNode from = route.node().path("from");
      if (from.path("uri").asText().equals("direct")) {
        assertThat(from.path("parameters").path("name").asText())
            .as("%s: name the endpoint like the route", route)
            .isEqualTo(route.id());
      }
    }
  }

  @Test
  void every_flow_has_its_routes_that_let_failures_end_the_step() throws IOException {
    Set<String> ids = new TreeSet<>();
    routes().forEach(route -> ids.add(route.id()));
    for (Path file : files("routes/vendors", ".kamelet.yaml")) {
      JsonNode kamelet = YAML.readTree(file.toFile());
      for (String flow : flows(kamelet)) {
        for (String step : downloadOnly(kamelet) ? DOWNLOAD_ONLY_STEPS : STEPS) {
          assertThat(ids)
              .as("%s: add the route %s-%s", file, flow, step)
              .contains(flow + "-" + step);
        }
      }
    }
    for (Route route : routes()) {
      if (route.file().toString().contains("vendors")) {
        assertThat(route.node().path("routeConfigurationId").asText())
            .as("%s: use vendor-step", route)
            .isEqualTo("vendor-step");
        assertThat(route.node().path("group").asText())
            .as("%s: group it by its vendor", route)
            .isNotEmpty();
        assertThat(route.id())
            .as("%s: begin its id with its group", route)
            .startsWith(route.node().path("group").asText() + "-");
      }
    }
  }

  private static List<String> flows(JsonNode kamelet) {
    List<String> flows = new ArrayList<>();
    flows.add(kamelet.at("/metadata/annotations/saddlebag.io~1flow").asText());
    kamelet
        .at("/spec/definition/x-flow")
        .forEach(parameter -> parameter.forEach(flow -> flows.add(flow.asText())));
    return flows;
  }

  private static boolean downloadOnly(JsonNode kamelet) {
    return kamelet.at("/metadata/annotations/saddlebag.io~1steps").asText().equals("download");
  }

  @Test
  void a_route_has_few_steps() throws IOException {
    for (Route route : routes()) {
      assertThat(route.node().path("from").path("steps").size())
          .as("%s: split it", route)
          .isLessThanOrEqualTo(10);
    }
  }

  @Test
  void vendors_are_reached_through_the_shared_routes_only() throws IOException {
    for (Path file : files("routes/vendors", ".camel.yaml")) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .doesNotContain("uri: http")
          .doesNotContain("uri: https")
          .doesNotContain("followRedirects")
          .doesNotContain("setHeader");
    }
  }

  @Test
  void every_unknown_status_is_unknown() throws IOException {
    for (Route route : routes()) {
      if (route.id().endsWith("-poll")) {
        String text = YAML.writeValueAsString(route.node());
        assertThat(text)
            .as("%s: set the status UNKNOWN in otherwise", route)
            .contains("UNKNOWN")
            .contains("otherwise");
      }
    }
  }

  @Test
  void no_groovy_no_ternary_and_no_secret_in_a_route() throws IOException {
    for (Route route : routes()) {
      String text = YAML.writeValueAsString(route.node());
      assertThat(text)
          .as(route.toString())
          .doesNotContain("groovy")
          .doesNotContain("password")
          .doesNotContainPattern("\\$\\{[^}]* \\? ");
    }
  }

  @Test
  void kamelets_declare_everything_and_pass_on_nothing() throws IOException {
    for (Path file : files("routes/vendors", ".kamelet.yaml")) {
      JsonNode kamelet = YAML.readTree(file.toFile());
      String name = kamelet.path("metadata").path("name").asText();
      assertThat(file.getFileName().toString()).isEqualTo(name + ".kamelet.yaml");
      assertThat(name).endsWith("-source");
      for (JsonNode schema :
          List.of(kamelet.at("/spec/definition"), kamelet.at("/spec/definition/x-connection"))) {
        assertThat(schema.path("properties").size()).isPositive();
        for (var property : schema.path("properties").properties()) {
          for (String field : List.of("title", "description", "type")) {
            assertThat(property.getValue().path(field).asText())
                .as("%s, %s: give it a %s", file, property.getKey(), field)
                .isNotEmpty();
          }
        }
      }
      for (var property : kamelet.at("/spec/definition/properties").properties()) {
        assertThat(OURS)
            .as("%s: %s is a variable of the engine", file, property.getKey())
            .doesNotContain(property.getKey());
      }
      for (String common :
          List.of(
              "connection",
              "schedule",
              "timeZone",
              "expectBy",
              "pollMin",
              "pollMax",
              "deadline",
              "onDeadline",
              "onLostCreate",
              "catchUp")) {
        assertThat(kamelet.at("/spec/definition/properties").has(common))
            .as("%s: declare %s", file, common)
            .isEqualTo(!downloadOnly(kamelet) || !OF_JOBS.contains(common));
      }
      for (var setting : kamelet.at("/spec/definition/x-connection/properties").properties()) {
        boolean password = setting.getValue().path("format").asText().equals("password");
        assertThat(io.saddlebag.export.Connection.secret(setting.getKey()))
            .as("%s: %s", file, setting.getKey())
            .isEqualTo(password);
      }
    }
  }

  @Test
  void kamelets_that_shape_or_deliver_declare_everything_and_have_a_recipe() throws IOException {
    StringBuilder recipes = new StringBuilder();
    for (String folder : List.of("docs/recipes", "docs/vendors")) {
      for (Path page : files(folder, ".md")) {
        recipes.append(Files.readString(page));
      }
    }
    for (Path file : files("routes/delivery", ".kamelet.yaml")) {
      JsonNode kamelet = YAML.readTree(file.toFile());
      String name = kamelet.path("metadata").path("name").asText();
      assertThat(file.getFileName().toString()).isEqualTo(name + ".kamelet.yaml");
      assertThat(name).matches(".*-(action|sink)");
      assertThat(name).endsWith(kamelet.at("/metadata/labels").path(TYPE_LABEL).asText());
      assertThat(recipes).as("docs/recipes or docs/vendors name %s", name).contains(name);
      for (JsonNode schema :
          List.of(kamelet.at("/spec/definition"), kamelet.at("/spec/definition/x-connection"))) {
        for (var property : schema.path("properties").properties()) {
          for (String field : List.of("title", "description", "type")) {
            assertThat(property.getValue().path(field).asText())
                .as("%s, %s: give it a %s", file, property.getKey(), field)
                .isNotEmpty();
          }
          assertThat(recipes)
              .as("docs/recipes or docs/vendors name %s of %s", property.getKey(), name)
              .contains("`" + property.getKey() + "`");
        }
      }
      String template = YAML.writeValueAsString(kamelet.at("/spec/template"));
      for (var property : kamelet.at("/spec/definition/properties").properties()) {
        assertThat(template)
            .as("%s: %s is declared and not used", file, property.getKey())
            .containsPattern("\\{\\{\\??" + property.getKey() + "(:[^}]*)?}}");
      }
    }
  }

  @Test
  void every_declared_parameter_is_used_by_the_routes_or_the_engine() throws IOException {
    Set<String> common =
        Set.of(
            "connection",
            "schedule",
            "timeZone",
            "expectBy",
            "pollMin",
            "pollMax",
            "deadline",
            "onDeadline",
            "onLostCreate",
            "catchUp",
            "incremental");
    for (Path file : files("routes/vendors", ".kamelet.yaml")) {
      JsonNode kamelet = YAML.readTree(file.toFile());
      String vendor = kamelet.at("/metadata/annotations/saddlebag.io~1vendor").asText();
      StringBuilder used = new StringBuilder(vendorCode());
      used.append(kamelet.at("/spec/definition/x-incremental"));
      used.append(kamelet.at("/spec/definition/x-flow"));
      for (Path routes : files("routes/vendors", ".camel.yaml")) {
        if (routes.getFileName().toString().startsWith(vendor)) {
          used.append(Files.readString(routes));
        }
      }
      for (var property : kamelet.at("/spec/definition/properties").properties()) {
        String name = property.getKey();
        boolean seen =
            used.indexOf("{" + name + "}") >= 0
                || used.indexOf("variable." + name + "}") >= 0
                || used.indexOf("\"" + name + "\"") >= 0;
        assertThat(seen || common.contains(name))
            .as("%s: %s is declared and not used", file, name)
            .isTrue();
      }
    }
  }

  private static String vendorCode() throws IOException {
    StringBuilder all =
        new StringBuilder(Files.readString(Path.of("src/main/java/io/saddlebag/run/Windows.java")));
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/saddlebag/vendor"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  @Test
  void every_placeholder_has_its_line_in_the_settings() throws IOException {
    String settings = Files.readString(Path.of("application.properties"));
    Matcher placeholders = Pattern.compile("\\{\\{([a-z]+[.][a-z.-]+)}}").matcher(allYaml());
    while (placeholders.find()) {
      assertThat(settings)
          .as("application.properties needs %s", placeholders.group(1))
          .contains(placeholders.group(1) + " =");
    }
  }

  private static String allYaml() throws IOException {
    StringBuilder all = new StringBuilder();
    for (Path file : files("routes", ".camel.yaml")) {
      all.append(Files.readString(file));
    }
    for (Path file : files("routes/exports", ".camel.yaml")) {
      all.append(Files.readString(file));
    }
    return all.toString();
  }
}
