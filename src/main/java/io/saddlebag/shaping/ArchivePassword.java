package io.saddlebag.shaping;

import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/**
 * The password of archives, by the name of the property that holds it, so that it is in no route
 * and in no address.
 *
 * @param property the property's name, empty for none
 */
record ArchivePassword(String property) {
  // Names that end so are masked wherever properties are shown.
  private static final Pattern SECRET = Pattern.compile("|.*(password|secret)");

  ArchivePassword {
    if (!SECRET.matcher(property).matches()) {
      throw new ShapingFailure(
          "passwordProperty of unpack-action is the name of a property, and must end in password or"
              + " secret so that its value is shown nowhere");
    }
  }

  /** The password; throws, naming the property, when there is none. */
  char[] read(CamelContext context) {
    if (property.isEmpty()) {
      throw new ShapingFailure(
          "the archive is encrypted; set passwordProperty of unpack-action to the name of the"
              + " property that holds its password");
    }
    return context
        .getPropertiesComponent()
        .resolveProperty(property)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                new ShapingFailure(
                    "the archive is encrypted, and the property "
                        + property
                        + " that passwordProperty names is not set; set it to the password"))
        .toCharArray();
  }

  ShapingFailure wrong(String entry, Exception cause) {
    return new ShapingFailure(
        "the password in the property "
            + property
            + " does not open "
            + entry
            + " of the archive; correct it, or ask the vendor whether the archive is damaged",
        cause);
  }
}
