package io.saddlebag.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;

/**
 * Reads connections from the application's properties at the moment they are asked for. A property
 * that the environment or the command line overrides is read with its new value.
 */
public final class Connections {
  private static final Pattern VARIABLE = Pattern.compile("\\{\\{env:([A-Za-z0-9_]+)");

  private final CamelContext camel;
  private final Kamelets kamelets;

  /** Reads through this context's properties. */
  public Connections(CamelContext camel, Kamelets kamelets) {
    this.camel = camel;
    this.kamelets = kamelets;
  }

  /** The connection of this name, with the defaults that its Kamelet declares. */
  public Connection read(String name, String kamelet) {
    Map<String, String> settings = new LinkedHashMap<>();
    Kamelet declaration = kamelets.get(kamelet);
    declaration
        .connection()
        .values()
        .forEach(
            declared -> {
              if (declared.defaultValue() != null) {
                settings.put(declared.name(), declared.defaultValue());
              }
            });
    settings.putAll(configured(name));
    return new Connection(
        name,
        settings,
        declaredSecrets(declaration),
        declaration.authorization(),
        declaration.refused());
  }

  private static Set<String> declaredSecrets(Kamelet kamelet) {
    return kamelet.connection().keySet().stream()
        .filter(kamelet::secret)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The environment variable that a setting is written to come from, if it is. */
  Optional<String> variable(String name, String setting) {
    String key = name + "." + setting;
    String written =
        camel.getPropertiesComponent().loadProperties(key::equals).getProperty(key, "");
    Matcher matcher = VARIABLE.matcher(written);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The connections that have one of these settings. */
  Set<String> names(Set<String> settings) {
    Set<String> names = new TreeSet<>();
    for (String key : camel.getPropertiesComponent().loadProperties().stringPropertyNames()) {
      int dot = key.indexOf('.');
      if (dot > 0 && settings.contains(key.substring(dot + 1))) {
        names.add(key.substring(0, dot));
      }
    }
    return names;
  }

  /**
   * Whatever is a secret by its name, may be one by what a Kamelet declares, or stands as one
   * inside of a URL: users' steps use it too, outside of any connection.
   */
  public List<String> secrets() {
    PropertiesComponent properties = camel.getPropertiesComponent();
    Set<String> declared = new TreeSet<>();
    for (Kamelet kamelet : kamelets.readable()) {
      declared.addAll(declaredSecrets(kamelet));
    }
    List<String> secrets = new ArrayList<>();
    for (String name : properties.loadProperties().stringPropertyNames()) {
      String value = properties.resolveProperty(name).orElse("");
      if (Connection.secret(name) || declared.contains(name.substring(name.indexOf('.') + 1))) {
        secrets.add(value);
      } else if (value.contains("://") || value.startsWith("jdbc:")) {
        secrets.addAll(UrlCredentials.in(value));
      }
    }
    return secrets;
  }

  /** The properties that stand under this prefix. */
  public Map<String, String> configured(String name) {
    PropertiesComponent properties = camel.getPropertiesComponent();
    String prefix = name + ".";
    Properties found = properties.loadProperties(key -> key.startsWith(prefix));
    Map<String, String> settings = new LinkedHashMap<>();
    for (String key : found.stringPropertyNames()) {
      String value = properties.resolveProperty(key).orElse("");
      settings.put(key.substring(prefix.length()), camel.resolvePropertyPlaceholders(value));
    }
    return settings;
  }
}
