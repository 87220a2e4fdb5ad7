package io.saddlebag.export;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings that a connection of every vendor may have: how much of it is done at once. */
public final class Limits {
  /** How many short steps of its runs one node does at once. */
  public static final String STEPS = "max-concurrent-steps";

  /** How many downloads and deliveries of its runs one node does at once. */
  public static final String TRANSFERS = "max-concurrent-transfers";

  /** How many calls an hour all nodes together make. */
  public static final String CALLS = "calls-per-hour";

  private static final Map<String, Declared> DECLARED =
      Stream.of(STEPS, TRANSFERS, CALLS).collect(Collectors.toMap(name -> name, Limits::number));

  private Limits() {}

  /** The declaration of such a setting, null for a setting of another kind. */
  static @Nullable Declared declared(String setting) {
    return DECLARED.get(setting);
  }

  private static Declared number(String name) {
    return new Declared(
        name, "integer", null, null, List.of(), "[1-9]\\d{0,8}", "4", false, null, Map.of(), false);
  }
}
