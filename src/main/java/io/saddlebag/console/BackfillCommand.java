package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.saddlebag.export.Durations;
import io.saddlebag.run.Coverage;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunRequests;
import io.saddlebag.run.RunState;
import io.saddlebag.run.Window;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Orders the windows of an export that no delivered run covers, one after the other. */
@Command(
    name = "backfill",
    description =
        "Orders the windows of a span of time that no delivered run covers, one after the other.",
    footer = {
      "",
      "Ends at the first failure; given again, it goes on with what is still missing. The checkpoint",
      "of the export's own runs stays where it is.",
      "Example: saddlebag backfill signup-form --from 2026-01-01 --to 2026-03-31 --window 7d"
    })
final class BackfillCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Parameters(paramLabel = "EXPORT", description = "The id of the export's route.")
  private String export;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "Since when: a day, or a time in UTC.")
  private String from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      description = "Until when: the last day, or the first time in UTC that is left out.")
  private String to;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      defaultValue = "30d",
      description = "The longest window to ask for at once (default: ${DEFAULT-VALUE}).")
  private String window;

  @Override
  public Integer call() throws Exception {
    common.quietLog();
    Configuration configuration = common.configuration();
    Increments increments = Increments.ofWindows(configuration, export);
    Duration longest =
        Durations.parse(window)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "\"" + window + "\" is no duration: write for example 7d or 12h"));
    Coverage coverage = new Coverage(increments.how().kind());
    Window wanted = coverage.parse(from, to);
    PrintWriter out = spec.commandLine().getOut();
    Attendant attendant = new Attendant(common, configuration);
    List<Run> runs = new ArrayList<>();
    List<Window> missing = missing(configuration, increments, coverage, wanted, longest);
    while (!missing.isEmpty()) {
      Run run = order(attendant, increments, missing.get(0), out);
      runs.add(run);
      if (run.state() != RunState.DELIVERED && run.state() != RunState.EMPTY) {
        break;
      }
      missing = missing(configuration, increments, coverage, wanted, longest);
    }
    report(configuration, out, runs, missing.size());
    return runs.isEmpty() ? ExitCodes.OK : Attendant.exitCode(runs.get(runs.size() - 1));
  }

  private static List<Window> missing(
      Configuration configuration,
      Increments increments,
      Coverage coverage,
      Window wanted,
      Duration longest) {
    try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
      List<Window> covered = ledger.runs().covered(increments.export().name(), increments.scope());
      return coverage.gaps(wanted, covered).stream()
          .flatMap(gap -> coverage.pieces(gap, longest).stream())
          .toList();
    }
  }

  /** Attends the run of this window; another run of the export that is in the way goes first. */
  private Run order(Attendant attendant, Increments increments, Window piece, PrintWriter out)
      throws Exception {
    if (!common.json()) {
      out.println(export + "  " + piece);
    }
    return attendant.attend(
        hands -> {
          hands.require(export);
          RunRequests.Outcome outcome =
              hands.requests().request(increments.export(), Instant.now(), "backfill", piece);
          hands.wakeups().ensure(outcome.run());
          return outcome.run();
        },
        out);
  }

  private void report(Configuration configuration, PrintWriter out, List<Run> runs, int missing) {
    if (common.json()) {
      ArrayNode all = Render.array();
      try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
        runs.forEach(run -> all.add(Render.json(run, ledger.receipts().of(run.id()))));
      }
      Render.print(out, all);
      return;
    }
    runs.stream()
        .filter(run -> run.failure() != null)
        .forEach(run -> out.println("  " + run.failure() + ": " + run.failureMessage()));
    out.println(
        missing == 0
            ? "nothing is missing"
            : missing + " windows are missing; the same command goes on with them");
  }
}
