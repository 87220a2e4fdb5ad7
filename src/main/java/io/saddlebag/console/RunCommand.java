package io.saddlebag.console;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunRequests;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an export now and shows how it gets on. */
@Command(
    name = "run",
    description = "Runs an export now and shows how it gets on, until its file is delivered.",
    footer = {
      "",
      "An export that is running already is joined. Ctrl-C detaches; nothing is lost.",
      "Example: saddlebag run household-survey"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Parameters(paramLabel = "EXPORT", description = "The id of the export's route.")
  private String export;

  @Override
  public Integer call() throws Exception {
    common.quietLog();
    PrintWriter out = spec.commandLine().getOut();
    Configuration configuration = common.configuration();
    ExportDefinition definition =
        configuration
            .export(export)
            .orElseThrow(
                () -> new CannotRun(export, configuration.problems(), configuration.definitions()));
    Run run =
        new Attendant(common, configuration)
            .attend(
                hands -> {
                  hands.require(export);
                  RunRequests.Outcome outcome =
                      hands.requests().request(definition, Instant.now(), "manual");
                  hands.wakeups().ensure(outcome.run());
                  return outcome.run();
                },
                out);
    try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
      List<StagedFile> files = ledger.receipts().of(run.id());
      if (common.json()) {
        Render.print(out, Render.json(run, files));
      } else {
        summary(out, run, files);
      }
    }
    return Attendant.exitCode(run);
  }

  static void summary(PrintWriter out, Run run, List<StagedFile> files) {
    for (StagedFile file : files) {
      out.println(
          "  " + file.name() + "  " + Render.bytes(file.bytes()) + "  sha256 " + file.sha256());
    }
    if (run.state() == RunState.EMPTY) {
      out.println("  nothing to deliver: the vendor has no data for this export");
    }
    if (run.note() != null) {
      out.println("  note: " + run.note());
    }
    if (run.failure() != null) {
      out.println("  " + run.failure() + ": " + run.failureMessage());
    }
  }
}
