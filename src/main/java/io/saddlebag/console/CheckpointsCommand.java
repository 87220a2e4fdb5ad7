package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.saddlebag.export.Incremental;
import io.saddlebag.run.Checkpoint;
import io.saddlebag.run.Coverage;
import io.saddlebag.run.Ledger;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and sets what the next incremental run of an export continues from. */
@Command(
    name = "checkpoints",
    description =
        "Shows what the next run of each incremental export continues from; sets or forgets one.",
    footer = {
      "",
      "A checkpoint belongs to the values that are shown with it: with another form or server an",
      "export begins anew.",
      "Example: saddlebag checkpoints product-poll --move-to 2026-04-30T00:00:00Z"
    })
final class CheckpointsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Parameters(paramLabel = "EXPORT", arity = "0..1", description = "Only this export's.")
  private String export;

  @ArgGroup private @Nullable Change change;

  /** Either of the two. */
  static final class Change {
    @Option(
        names = "--move-to",
        paramLabel = "CHECKPOINT",
        description =
            "The vendor's token, or the end of the last window that counts as delivered: a day"
                + " or a time in UTC.")
    private String token;

    @Option(names = "--forget", description = "The next run begins anew.")
    private boolean forget;
  }

  @Override
  public Integer call() {
    common.quietLog();
    Configuration configuration = common.configuration();
    try (Ledger ledger = Ledger.open(configuration.settings().ledger())) {
      if (change != null) {
        change(change, configuration, ledger);
      }
      List<Checkpoint> checkpoints = ledger.checkpoints().all(export);
      if (export != null && checkpoints.isEmpty()) {
        configuration.requireKnown(export, ledger);
      }
      show(checkpoints);
    }
    return ExitCodes.OK;
  }

  private void change(Change change, Configuration configuration, Ledger ledger) {
    if (export == null) {
      throw new IllegalArgumentException("name the export whose checkpoint is to change");
    }
    Increments increments = Increments.of(configuration, export);
    if (change.forget) {
      if (!ledger.checkpoints().remove(export, increments.scope())) {
        throw new IllegalArgumentException(export + " has no checkpoint for " + increments.scope());
      }
      return;
    }
    Incremental.Kind kind = increments.how().kind();
    if (kind != Incremental.Kind.TOKEN) {
      new Coverage(kind).requireMoment(change.token);
    }
    ledger.checkpoints().set(export, increments.scope(), change.token, Instant.now());
  }

  private void show(List<Checkpoint> checkpoints) {
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      ArrayNode all = Render.array();
      for (Checkpoint checkpoint : checkpoints) {
        all.addObject()
            .put("export", checkpoint.export())
            .put("checkpoint", checkpoint.token())
            .put("belongsTo", checkpoint.scope())
            .put("run", checkpoint.run())
            .put("savedAt", checkpoint.savedAt().toString());
      }
      Render.print(out, all);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Checkpoint checkpoint : checkpoints) {
      rows.add(
          List.of(checkpoint.export(), checkpoint.token(), checkpoint.run(), checkpoint.scope()));
    }
    Render.table(out, List.of("EXPORT", "CHECKPOINT", "FROM RUN", "BELONGS TO"), rows);
  }
}
