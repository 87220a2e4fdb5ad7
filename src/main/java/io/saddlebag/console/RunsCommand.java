package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists runs, the newest first. */
@Command(
    name = "runs",
    description = "Lists runs, the newest first, also while the runtime works.",
    footer = {"", "Example: saddlebag runs household-survey --most 5"})
final class RunsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Parameters(paramLabel = "EXPORT", arity = "0..1", description = "Only the runs of this export.")
  private String export;

  @Option(
      names = "--most",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int most;

  @Override
  public Integer call() {
    common.quietLog();
    PrintWriter out = spec.commandLine().getOut();
    Configuration configuration = common.configuration();
    try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
      if (export != null) {
        configuration.requireKnown(export, ledger);
      }
      List<Run> runs = ledger.runs().newest(export, most);
      if (common.json()) {
        ArrayNode all = Render.array();
        runs.forEach(run -> all.add(Render.json(run, ledger.receipts().of(run.id()))));
        Render.print(out, all);
        return ExitCodes.OK;
      }
      List<List<String>> rows = new ArrayList<>();
      for (Run run : runs) {
        rows.add(
            List.of(
                run.id(),
                run.state().name(),
                Render.orDash(run.vendorStatus()),
                Render.orDash(run.finishedAt()),
                Render.orDash(run.failure() == null ? run.waitingFor() : run.failure())));
      }
      Render.table(out, List.of("RUN", "STATE", "VENDOR SAYS", "ENDED", "WHY"), rows);
      Refusals.sentences(ledger).forEach(out::println);
      return ExitCodes.OK;
    }
  }
}
