package io.saddlebag.console;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** An export is not there, or is wrong: no run of it can be begun. */
final class CannotRun extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says why.
   *
   * @param problems what is wrong
   * @param others the exports that can run
   */
  CannotRun(String export, List<Problem> problems, List<ExportDefinition> others) {
    super(
        "there is no export \""
            + export
            + "\" that can run\n"
            + problems.stream().map(problem -> "  " + problem + "\n").collect(Collectors.joining())
            + "  exports that can run: "
            + (others.isEmpty()
                ? "none"
                : others.stream().map(ExportDefinition::name).collect(Collectors.joining(", "))));
  }
}
