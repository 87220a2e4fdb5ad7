package io.saddlebag.console;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays the vendors until it is stopped. */
@Command(
    name = "simulate",
    description =
        "Plays the vendors on this machine until Ctrl-C, and prints the connections to them.",
    footer = {"", "Example: saddlebag simulate --first-port 18080 > simulated.properties"})
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Option(
      names = "--first-port",
      paramLabel = "PORT",
      defaultValue = "18080",
      description =
          "The first of seven ports, one for each of six connections and one for the storage that"
              + " vendors link to (default: ${DEFAULT-VALUE}).")
  private int firstPort;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long a job takes (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Override
  public Integer call() throws InterruptedException {
    common.quietLog();
    PrintWriter out = spec.commandLine().getOut();
    try (Simulators simulators =
        new Simulators(Clock.systemUTC(), firstPort, Duration.ofSeconds(seconds))) {
      if (common.json()) {
        var node = Render.object();
        simulators.connections().forEach(node::put);
        Render.print(out, node);
      } else {
        out.println("# The vendors are played here; put these lines into application.properties.");
        simulators.connections().forEach((name, value) -> out.println(name + " = " + value));
      }
      out.flush();
      new CountDownLatch(1).await();
    }
    return ExitCodes.OK;
  }
}
