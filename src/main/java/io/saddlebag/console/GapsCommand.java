package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.saddlebag.export.Incremental;
import io.saddlebag.run.Coverage;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Window;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the windows of an export that no delivered run covers. */
@Command(
    name = "gaps",
    description = "Lists the spans of time that no delivered run of an export covers.",
    footer = {"", "Example: saddlebag gaps signup-form --from 2026-01-01 --to 2026-03-31"})
final class GapsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Parameters(paramLabel = "EXPORT", description = "The id of the export's route.")
  private String export;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Since when (default: the earliest window that was delivered).")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Until when (default: the latest window that was delivered).")
  private String to;

  @Override
  public Integer call() {
    common.quietLog();
    Configuration configuration = common.configuration();
    Increments increments = Increments.ofWindows(configuration, export);
    List<Window> gaps;
    try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
      gaps = gaps(increments, ledger.runs().covered(export, increments.scope()));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      ArrayNode all = Render.array();
      gaps.forEach(gap -> all.addObject().put("from", gap.from()).put("to", gap.to()));
      Render.print(out, all);
      return ExitCodes.OK;
    }
    if (gaps.isEmpty()) {
      out.println("no gaps");
      return ExitCodes.OK;
    }
    List<List<String>> rows = new ArrayList<>();
    gaps.forEach(gap -> rows.add(List.of(Render.orDash(gap.from()), Render.orDash(gap.to()))));
    boolean days = increments.how().kind() == Incremental.Kind.DAYS;
    Render.table(
        out, days ? List.of("FIRST DAY", "LAST DAY") : List.of("FROM", "TO (EXCLUDED)"), rows);
    return ExitCodes.OK;
  }

  private List<Window> gaps(Increments increments, List<Window> covered) {
    Coverage coverage = new Coverage(increments.how().kind());
    String start =
        from != null
            ? from
            : covered.stream()
                .map(Window::from)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    String end =
        to != null
            ? to
            : covered.stream().map(Window::to).max(Comparator.naturalOrder()).orElse(null);
    if (start == null || end == null) {
      throw new IllegalArgumentException(
          "no window of "
              + export
              + " was delivered yet: say with --from and --to what to look at");
    }
    return coverage.gaps(coverage.parse(start, end), covered);
  }
}
