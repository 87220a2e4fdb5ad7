package io.saddlebag.console;

import io.saddlebag.run.Run;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Cancels a run, and the vendor's job where the vendor can. */
@Command(
    name = "cancel",
    description = "Cancels a run, and the vendor's job where the vendor has a call for it.",
    footer = {"", "Example: saddlebag cancel household-survey@2026-11-24T02:00:00Z"})
final class CancelCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN",
      description = "A run's id, or an export's name for its newest run.")
  private String name;

  @Override
  public Integer call() throws Exception {
    common.quietLog();
    PrintWriter out = spec.commandLine().getOut();
    Run run =
        new Attendant(common, common.configuration())
            .attend(
                hands -> {
                  Run found = ShowCommand.find(hands.ledger(), name);
                  if (!hands.ledger().runs().requestCancel(found.id(), Instant.now())) {
                    throw new IllegalArgumentException(
                        found.id()
                            + " has ended already, as "
                            + found.state()
                            + ": there is nothing to cancel");
                  }
                  Run cancelling = hands.ledger().runs().get(found.id());
                  hands.wakeups().now(cancelling, Instant.now());
                  return cancelling;
                },
                out);
    if (common.json()) {
      Render.print(out, Render.json(run, List.of()));
    } else {
      RunCommand.summary(out, run, List.of());
    }
    return run.state().finished() ? ExitCodes.OK : ExitCodes.DETACHED;
  }
}
