package io.saddlebag.console;

import ch.qos.logback.classic.Level;
import io.saddlebag.RoutesRefused;
import io.saddlebag.Saddlebag;
import io.saddlebag.Settings;
import io.saddlebag.http.Redactor;
import io.saddlebag.run.LedgerUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line's root. */
@Command(
    name = "saddlebag",
    description =
        "Carries vendors' asynchronous data exports home: orders, polls, fetches, delivers.",
    mixinStandardHelpOptions = true,
    versionProvider = SaddlebagCommand.Version.class,
    subcommands = {
      DemoCommand.class,
      StartCommand.class,
      RunCommand.class,
      RunsCommand.class,
      ShowCommand.class,
      CancelCommand.class,
      RedeliverCommand.class,
      CheckpointsCommand.class,
      GapsCommand.class,
      BackfillCommand.class,
      CheckCommand.class,
      SimulateCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 delivered, or nothing to deliver; 1 the run failed; 2 wrong command line; 3 wrong",
      "configuration; 4 no such export or run; 5 ledger, port, file or vendor unavailable;",
      "6 cancelled; 130 detached, the run goes on; 70 a defect of Saddlebag."
    })
public final class SaddlebagCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** The version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"saddlebag " + Saddlebag.VERSION};
    }
  }

  /** Runs one command and gives its exit code. */
  public static int execute(String... arguments) {
    if (List.of("runs", "show").contains(arguments.length == 0 ? "" : arguments[0])
        && !List.of(arguments).contains("--verbose")) {
      Logging.leaveOut();
    }
    // Without a set-up everything is logged, with the values that properties have.
    Logging.setUp(new Redactor(), false, Level.ERROR);
    return commandLine().execute(arguments);
  }

  /** The command line, for tests and documents. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new SaddlebagCommand());
    line.getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
    line.setExecutionExceptionHandler(
        (problem, command, result) -> {
          command.getErr().println("saddlebag: " + redactor(command).redact(sentence(problem)));
          return code(problem);
        });
    return line;
  }

  /**
   * The command's own, which has learnt its configuration; another one still knows what to mask.
   */
  private static Redactor redactor(CommandLine command) {
    CommandLine.Model.CommandSpec mixin = command.getCommandSpec().mixins().get("common");
    return mixin != null && mixin.userObject() instanceof Common common
        ? common.knowingRedactor()
        : new Redactor();
  }

  private static String sentence(Exception problem) {
    if (code(problem) == ExitCodes.DEFECT) {
      return "a defect: " + problem;
    }
    if (problem instanceof FileSystemException file && file.getReason() == null) {
      return "cannot use " + file.getFile() + ": " + file.getClass().getSimpleName();
    }
    return String.valueOf(problem.getMessage());
  }

  private static int code(Exception problem) {
    if (problem instanceof LedgerUnavailable
        || problem instanceof IllegalStateException
        || problem instanceof IOException
        || problem instanceof UncheckedIOException) {
      return ExitCodes.UNAVAILABLE;
    }
    if (problem instanceof Settings.BadSetting
        || problem instanceof CannotRun
        || problem instanceof RoutesRefused) {
      return ExitCodes.CONFIGURATION;
    }
    return problem instanceof IllegalArgumentException ? ExitCodes.NO_SUCH_THING : ExitCodes.DEFECT;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
