package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Poll;
import io.saddlebag.run.Run;
import io.saddlebag.run.Skip;
import io.saddlebag.run.StagedFile;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows everything that is known of a run. */
@Command(
    name = "show",
    description = "Shows everything that is known of a run: states, polls, files, failures.",
    footer = {"", "Example: saddlebag show household-survey    (its newest run)"})
final class ShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN",
      description = "A run's id, or an export's name for its newest run.")
  private String name;

  @Override
  public Integer call() {
    common.quietLog();
    PrintWriter out = spec.commandLine().getOut();
    Configuration configuration = common.configuration();
    try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
      Run run = find(ledger, name);
      Optional<String> refused =
          configuration.export(run.export()).flatMap(export -> Refusals.of(export, ledger));
      if (common.json()) {
        ObjectNode history = Render.history(run, ledger);
        refused.ifPresent(sentence -> history.put("connectionRefused", sentence));
        Render.print(out, history);
      } else {
        print(out, run, ledger);
        refused.ifPresent(sentence -> out.println("  connection  " + sentence));
      }
      return ExitCodes.OK;
    }
  }

  /** The run of this id, or the newest of the export of this name. */
  static Run find(Ledger ledger, String name) {
    Optional<Run> byId = ledger.runs().find(name);
    if (byId.isPresent()) {
      return byId.get();
    }
    return ledger.runs().newest(name, 1).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no run \""
                        + name
                        + "\" and no run of such an export; see `saddlebag runs`"));
  }

  private static String words(Ledger ledger, String node) {
    return ledger
        .nodes()
        .find(node)
        .map(known -> known.words() + (known.away() ? ", away since " + known.leaseUntil() : ""))
        .orElse(node);
  }

  private static void print(PrintWriter out, Run run, Ledger ledger) {
    out.println(run.id() + "  " + run.state());
    out.println("  vendor      " + run.flow() + ", job " + Render.orDash(run.jobId()));
    out.println("  requested   " + run.requestedAt() + " by " + run.origin());
    out.println("  job known   " + Render.orDash(run.jobAt()));
    out.println("  file ready  " + Render.orDash(run.readyAt()));
    out.println("  staged      " + Render.orDash(run.stagedAt()));
    out.println("  ended       " + Render.orDash(run.finishedAt()));
    if (!run.state().finished()) {
      out.println(
          "  goes on     " + run.dueAt() + ", waiting for " + Render.orDash(run.waitingFor()));
      out.println("  deadline    " + run.deadlineAt());
    }
    String node = run.node();
    if (!run.state().finished() && node != null) {
      out.println("  carried by  " + words(ledger, node));
    }
    if (run.failure() != null) {
      out.println("  failure     " + run.failure() + ": " + run.failureMessage());
    }
    if (run.note() != null) {
      out.println("  note        " + run.note());
    }
    for (StagedFile file : ledger.receipts().of(run.id())) {
      out.println(
          "  file        "
              + file.name()
              + ", "
              + Render.bytes(file.bytes())
              + ", "
              + Render.orDash(file.contentType()));
      out.println("              sha256 " + file.sha256());
      out.println("              checked: " + String.join(", ", file.checks()));
      out.println("              delivered " + Render.orDash(file.deliveredAt()));
      String holder = file.node();
      if (holder != null && ledger.nodes().all().size() > 1) {
        out.println("              on node   " + words(ledger, holder));
      }
    }
    for (Poll poll : ledger.history().polls(run.id())) {
      out.println(
          "  poll        "
              + poll.at()
              + "  "
              + Render.orDash(poll.vendorStatus())
              + " -> "
              + poll.status()
              + (poll.progress() == null ? "" : ", " + poll.progress() + "%")
              + (poll.times() == 1 ? "" : ", " + poll.times() + " times"));
    }
    for (FailureRecord failure : ledger.history().failures(run.id())) {
      out.println(
          "  failed      "
              + failure.at()
              + "  in "
              + failure.state()
              + ": "
              + failure.name()
              + ": "
              + failure.message());
    }
    List<Skip> skips = ledger.history().skips(run.export(), 5);
    skips.forEach(skip -> out.println("  skipped     " + skip.at() + "  " + skip.reason()));
  }
}
