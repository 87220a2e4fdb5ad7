package io.saddlebag.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;

/** Says in a sentence why Camel refuses a route file: where in it, and what to do. */
public final class CamelRefusal {
  private static final Pattern PLACE =
      Pattern.compile("(?s)^\\s*(.*?)\\n? in (\\S.*?), line (\\d+), column \\d+:.*");
  private static final Pattern STEP = Pattern.compile("(?s) at: >>> (.*?) <<< in route: ");

  private static final Pattern RESOURCE = Pattern.compile("pre-parsing resource: (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(?s)(\\w+)\\[([^?,{\\]]*).*");
  private static final Pattern MADE_ID = Pattern.compile("/[^/]+-(?:\\d+-[0-9a-f]+|kamelet)]$");
  private static final Pattern IDENTITY = Pattern.compile("(?:[a-z0-9]+\\.)+(\\w+)@[0-9a-f]+");
  private static final Pattern UNKNOWN =
      Pattern.compile("Unknown parameters=\\[\\{(.*)\\}\\]", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("(?:^|, )([A-Za-z][A-Za-z0-9_.-]*)=");

  /**
   * What Camel says, and what we say instead.
   *
   * @param said with what is told in groups
   * @param parameter the group that is the parameter, 0 for none
   * @param sentence the sentence, with the groups put in
   */
  private record Saying(Pattern said, int parameter, String sentence) {
    Saying(String said, int parameter, String sentence) {
      this(Pattern.compile(said, Pattern.DOTALL), parameter, sentence);
    }
  }

  private static final List<Saying> SAYINGS =
      List.of(
          new Saying("Unknown node id: (\\S+)", 1, "there is no such step: correct its name"),
          new Saying(
              "Unsupported field: (\\S+)",
              1,
              "there is no such word here: correct it, or move it to where it belongs"),
          new Saying(
              "No endpoint could be found for: ([^:,]+):.*",
              0,
              "there is no component \"$1\": correct the name, or add its library to lib/"),
          new Saying(
              "No endpoint could be found for: ([^:,]+), .*",
              0,
              "there is no component \"$1\": write kamelet:$1 if you mean the Kamelet; else correct"
                  + " the name, or add its library to lib/"),
          new Saying(
              "UnsupportedOperationException",
              0,
              "its YAML has another shape than Camel wants: look at indentation and colons"),
          new Saying(
              "Route .* has no outputs? .*|.*You need to add outputs to the route.*",
              0,
              "the route has no steps: say under steps what becomes of its files"),
          new Saying(
              "Resource not found: .*?([^/]+)[.]kamelet[.]yaml.*",
              0,
              "there is no Kamelet \"$1\": correct its name"),
          new Saying(
              "No component found with scheme: (\\S+)",
              0,
              "there is no component \"$1\": correct the name, or add its library to lib/"),
          new Saying(
              "No bean could be found in the registry for: #?([^ ]+).*",
              0,
              "there is no bean \"$1\": correct the name, or make one with camel.beans.$1 in"
                  + " application.properties"),
          new Saying(
              "Method with name: (\\S+) not found on bean: .*",
              0,
              "the bean has no method \"$1\": correct the name"),
          new Saying(
              "ClassNotFoundException: (\\S+)",
              0,
              "there is no class \"$1\": correct the name, or add its library to lib/"),
          new Saying(
              "No language could be found for: (\\S+)",
              0,
              "there is no language \"$1\": write it in simple or jsonpath, or add its library to"
                  + " lib/"),
          new Saying(
              "Data format '([^']+)' could not be created.*",
              0,
              "there is no data format \"$1\": correct the name, or add its library to lib/"),
          new Saying(
              "Property with key \\[(.*?)\\] not found.*",
              0,
              "the property $1 is missing: set it in application.properties"));

  private CamelRefusal() {}

  /**
   * The problem that keeps the routes of a context from being built.
   *
   * @param folder where they are
   */
  public static Problem of(CamelContext camel, Path folder, Throwable refusal) {
    for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
      if (cause instanceof FailedToCreateRouteException route) {
        RouteDefinition built = ((ModelCamelContext) camel).getRouteDefinition(route.getRouteId());
        return of(built == null ? folder.toString() : ExportTrial.location(built), refusal);
      }
    }
    return of(folder.toString(), refusal);
  }

  /** The problem that keeps a file from being loaded. */
  public static Problem of(String file, Throwable refusal) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
      chain.add(cause);
    }
    // Our own steps know best what is wrong with their parameters.
    Optional<String> own =
        chain.stream()
            .filter(cause -> cause.getClass().getName().startsWith("io.saddlebag."))
            .map(Throwable::getMessage)
            .filter(message -> message != null)
            .findFirst();
    String standsIn = file(file, chain);
    String innermost = own.orElseGet(() -> sentence(chain));
    Matcher place = PLACE.matcher(innermost);
    if (place.matches()) {
      String where = place.group(2).replaceFirst("^(file|mem):", "");
      boolean other = !where.equals(file) && where.endsWith(".yaml");
      return problem(other ? where : standsIn, "line " + place.group(3), place.group(1).strip());
    }
    String step =
        messages(chain)
            .map(STEP::matcher)
            .filter(Matcher::find)
            .map(found -> label(found.group(1)))
            .findFirst()
            .orElse(null);
    return own.isPresent()
        ? new Problem(standsIn, null, innermost)
        : problem(standsIn, step, innermost.replaceAll("\\s+", " "));
  }

  /** The file that Camel names, if it names one. */
  private static String file(String file, List<Throwable> chain) {
    for (Throwable cause : chain) {
      Matcher resource = RESOURCE.matcher(String.valueOf(cause.getMessage()));
      if (resource.find()) {
        return resource.group(1).replaceFirst("^[a-z]+:", "");
      }
    }
    return file;
  }

  /** A step by its kind and what it names: what else is written in it may be a secret. */
  private static String label(String step) {
    String named = IDENTITY.matcher(step).replaceAll("$1");
    Matcher label = LABEL.matcher(named);
    return label.matches()
        ? MADE_ID.matcher(label.group(1) + "[" + label.group(2) + "]").replaceFirst("]")
        : named;
  }

  /** What the innermost of those who say something says; a bare name is not enough. */
  private static String sentence(List<Throwable> chain) {
    Throwable last = chain.get(0);
    for (Throwable cause : chain) {
      last = cause.getMessage() == null ? last : cause;
    }
    if (last.getMessage() == null) {
      return last.getClass().getSimpleName();
    }
    String message = last.getMessage().strip();
    return message.contains(" ") ? message : last.getClass().getSimpleName() + ": " + message;
  }

  private static Stream<String> messages(List<Throwable> chain) {
    return chain.stream().map(Throwable::getMessage).filter(message -> message != null);
  }

  private static Problem problem(String file, @Nullable String step, String said) {
    for (Saying saying : SAYINGS) {
      Matcher matcher = saying.said().matcher(said);
      if (matcher.matches()) {
        String parameter = saying.parameter() == 0 ? null : matcher.group(saying.parameter());
        return new Problem(file, step, parameter, matcher.replaceFirst(saying.sentence()));
      }
    }
    Matcher unknown = UNKNOWN.matcher(said);
    if (unknown.find()) {
      // The values may be secrets.
      String names =
          NAME.matcher(unknown.group(1))
              .results()
              .map(found -> found.group(1))
              .collect(Collectors.joining(", "));
      return new Problem(
          file, step, names, "the endpoint has no such parameter: correct its name, or remove it");
    }
    return new Problem(file, step, null, "Camel cannot load it: " + said + "; correct it");
  }
}
