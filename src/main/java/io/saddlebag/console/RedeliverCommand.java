package io.saddlebag.console;

import io.saddlebag.Settings;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Moves;
import io.saddlebag.run.Node;
import io.saddlebag.run.NodeIdentity;
import io.saddlebag.run.NothingStaged;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.run.StagedFile;
import io.saddlebag.staging.StagingArea;
import io.saddlebag.staging.StagingFailure;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Delivers the staged file of a run that has ended once more. */
@Command(
    name = "redeliver",
    description =
        "Delivers the staged file of a run that has ended once more; the vendor is not asked.",
    footer = {
      "",
      "Of a run that failed in delivery only what was not delivered is sent.",
      "Example: saddlebag redeliver household-survey"
    })
final class RedeliverCommand implements Callable<Integer> {
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
    Configuration configuration = common.configuration();
    Run run =
        new Attendant(common, configuration).attend(hands -> reopen(hands, configuration), out);
    if (common.json()) {
      Render.print(out, Render.json(run, List.of()));
    } else {
      RunCommand.summary(out, run, List.of());
    }
    return Attendant.exitCode(run);
  }

  private Run reopen(Attendant.Hands hands, Configuration configuration) {
    Run found = ShowCommand.find(hands.ledger(), name);
    List<StagedFile> files = hands.ledger().receipts().of(found.id());
    if (!found.state().finished()) {
      throw new IllegalArgumentException(
          found.id() + " is under way: wait for its end, or cancel it");
    }
    hands.require(found.export());
    Instant now = Instant.now();
    Instant deadline = now.plus(configuration.settings().deliveryDeadline());
    try {
      Moves moves = hands.ledger().moves();
      moves.requireKept(found);
      requireWhole(found, files, configuration.settings(), hands.ledger());
      if (!moves.reopenStaged(found.id(), found.state(), now, deadline)) {
        throw new IllegalArgumentException(
            "another run of " + found.export() + " is under way: wait for its end, or cancel it");
      }
    } catch (NothingStaged refused) {
      throw new IllegalArgumentException(refused.getMessage(), refused);
    }
    Run reopened = hands.ledger().runs().get(found.id());
    hands.wakeups().now(reopened, now);
    return reopened;
  }

  /** The node that has the file looks at it before it delivers. */
  private static void requireThere(Run run, String node, Ledger ledger) {
    if (!ledger.nodes().there(node)) {
      throw new IllegalArgumentException(
          run.id()
              + " cannot be delivered again: its staged file is on the node "
              + ledger.nodes().find(node).map(Node::words).orElse(node)
              + ", which is away; start that node, or run the export again with `saddlebag run "
              + run.export()
              + "`");
    }
  }

  /** A run that ended well must not fail because its files are not what they were. */
  private static void requireWhole(
      Run run, List<StagedFile> files, Settings settings, Ledger ledger) {
    Optional<String> here = NodeIdentity.known(settings.dataFolder());
    StagingArea staging =
        new StagingArea(settings.stagingFolder(), settings.stagingLimits(), Clock.systemUTC());
    for (StagedFile file : files) {
      boolean wanted = run.state() == RunState.DELIVERED || file.deliveredAt() == null;
      String node = file.node();
      if (wanted && node != null && !here.equals(Optional.of(node))) {
        requireThere(run, node, ledger);
      } else if (wanted) {
        try {
          staging.verify(file.path(), file.bytes(), file.sha256());
        } catch (StagingFailure failure) {
          throw new IllegalArgumentException(
              run.id() + " cannot be delivered again: " + failure.getMessage(), failure);
        }
      }
    }
  }
}
