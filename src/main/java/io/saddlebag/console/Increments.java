package io.saddlebag.console;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Incremental;

/**
 * An export that knows windows or tokens, for the commands that show and fill them.
 *
 * @param export the export
 * @param how what its vendor counts in
 * @param scope the values that its checkpoint belongs to
 */
record Increments(ExportDefinition export, Incremental how, String scope) {

  /**
   * The export of this name; throws, with a remedy, when it is not there, is wrong, or cannot be
   * incremental.
   */
  static Increments of(Configuration configuration, String name) {
    ExportDefinition export =
        configuration
            .export(name)
            .orElseThrow(
                () -> new CannotRun(name, configuration.problems(), configuration.definitions()));
    Incremental how = export.incremental();
    if (how == null) {
      throw new IllegalArgumentException(
          export.kamelet()
              + " knows neither windows nor tokens, so "
              + name
              + " has no checkpoint");
    }
    return new Increments(
        export,
        how,
        how.scopeOf(
            export, configuration.connections().read(export.connection(), export.kamelet())));
  }

  /** The same, and throws when the vendor hands out tokens instead of taking windows. */
  static Increments ofWindows(Configuration configuration, String name) {
    Increments increments = of(configuration, name);
    if (increments.how().kind() == Incremental.Kind.TOKEN) {
      throw new IllegalArgumentException(
          name
              + " continues from tokens of its vendor, which cover no time that could be compared");
    }
    return increments;
  }
}
