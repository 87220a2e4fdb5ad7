package io.saddlebag.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks the properties of a connection against what a Kamelet declares that it needs. */
final class ConnectionCheck {
  private final Connections connections;

  ConnectionCheck(Connections connections) {
    this.connections = connections;
  }

  /** What is wrong with a connection for use by a Kamelet. */
  List<Problem> problems(String name, Kamelet kamelet) {
    String label = "application.properties";
    Map<String, String> configured;
    try {
      configured = connections.configured(name);
    } catch (IllegalArgumentException e) {
      return List.of(
          new Problem(
              label,
              name + ".*",
              "a value cannot be read: "
                  + e.getMessage()
                  + "; set the environment variable or property"));
    }
    if (configured.isEmpty()) {
      return List.of(
          new Problem(
              label,
              name + ".*",
              "the connection \""
                  + name
                  + "\" is not configured"
                  + NearestName.hint(name, connections.names(kamelet.connection().keySet()))
                  + ": add "
                  + wanted(name, kamelet)));
    }
    List<Problem> problems = new ArrayList<>();
    for (Map.Entry<String, String> setting : configured.entrySet()) {
      Declared own = kamelet.connection().get(setting.getKey());
      Declared declared = own == null ? Limits.declared(setting.getKey()) : own;
      String property = name + "." + setting.getKey();
      if (declared == null) {
        problems.add(
            new Problem(
                label,
                property,
                kamelet.kind()
                    + " connections have no such setting"
                    + NearestName.hint(setting.getKey(), kamelet.connection().keySet())));
      } else if (!setting.getValue().isEmpty() && !kamelet.secret(declared.name())) {
        ValueCheck.fault(declared, setting.getValue())
            .or(() -> AddressCheck.fault(declared.name(), setting.getValue()))
            .ifPresent(fault -> problems.add(new Problem(label, property, fault)));
      }
    }
    Connection connection = connections.read(name, kamelet.name());
    problems.addAll(AuthorizationCheck.problems(label, connection, kamelet));
    for (String needed : needed(connection, kamelet)) {
      if (connection.find(needed).isEmpty()) {
        problems.add(
            new Problem(
                label,
                name + "." + needed,
                connections
                    .variable(name, needed)
                    .map(variable -> "the environment variable " + variable + " is not set: set it")
                    .orElse("the connection needs this setting: give it a value")));
      }
    }
    return problems;
  }

  /** The settings that a connection cannot do without, by the way it authorizes itself. */
  private static Set<String> needed(Connection connection, Kamelet kamelet) {
    Set<String> needed = new TreeSet<>();
    kamelet.connection().values().stream()
        .filter(Declared::required)
        .forEach(declared -> needed.add(declared.name()));
    needed.addAll(AuthorizationCheck.needed(connection, kamelet));
    return needed;
  }

  private static String wanted(String name, Kamelet kamelet) {
    return String.join(
        ", ", kamelet.connection().keySet().stream().map(setting -> name + "." + setting).toList());
  }
}
