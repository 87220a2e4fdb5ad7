package io.saddlebag.console;

import io.saddlebag.Saddlebag;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the runtime. */
@Command(
    name = "start",
    description =
        "Starts the runtime: schedules fire, unfinished runs go on, edited exports are taken up.",
    footer = {"", "Example: saddlebag start --log json"})
final class StartCommand implements Callable<Integer> {
  @Mixin private Common common;

  @Option(
      names = "--log",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How the log is written: text or json (default: ${DEFAULT-VALUE}).")
  private LogFormat format;

  /** How the log is written. */
  enum LogFormat {
    text,
    json
  }

  @Override
  public Integer call() throws Exception {
    common.quietLog();
    boolean json = format == LogFormat.json || common.jsonLog();
    common.runtimeLog(json);
    CountDownLatch end = new CountDownLatch(1);
    Saddlebag saddlebag =
        Saddlebag.start(common.options(Map.of(), true, true), common.redactor(), Clock.systemUTC());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  close(saddlebag);
                  end.countDown();
                },
                "stop"));
    LoggerFactory.getLogger(StartCommand.class)
        .info(
            "Saddlebag runs with {} exports{}",
            saddlebag.exports().all().size(),
            unloaded(saddlebag));
    saddlebag.identityLost().thenRun(end::countDown);
    end.await();
    return saddlebag.identityLost().isDone() ? ExitCodes.UNAVAILABLE : ExitCodes.OK;
  }

  /** How many files hold routes that do not run. */
  private static String unloaded(Saddlebag saddlebag) {
    long unloaded = saddlebag.unloadedFiles();
    return unloaded == 0
        ? ""
        : "; "
            + unloaded
            + (unloaded == 1 ? " file is" : " files are")
            + " not loaded: see above, or saddlebag check";
  }

  private static void close(Saddlebag saddlebag) {
    try {
      saddlebag.close();
    } catch (Exception e) {
      LoggerFactory.getLogger(StartCommand.class).error("The stop was not clean", e);
    }
  }
}
