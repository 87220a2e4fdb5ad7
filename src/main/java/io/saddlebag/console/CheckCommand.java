package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.Saddlebag;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Problem;
import io.saddlebag.run.RunVariables;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the configuration, and on request each connection. */
@Command(
    name = "check",
    description =
        "Checks every export and connection; with --connect, makes one cheap call to each vendor.",
    footer = {"", "Example: saddlebag check --connect"})
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Common common;

  @Option(names = "--connect", description = "Make one authenticated call over each connection.")
  private boolean connect;

  private record Answer(String connection, String vendor, boolean ok, String message) {}

  @Override
  public Integer call() throws Exception {
    common.quietLog();
    Configuration configuration = common.configuration();
    List<Answer> answers = connect ? connect(configuration) : List.of();
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      Render.print(out, json(configuration, answers));
    } else {
      print(out, configuration, answers);
    }
    boolean right = configuration.problems().isEmpty();
    boolean reached = answers.stream().allMatch(Answer::ok);
    return !right ? ExitCodes.CONFIGURATION : reached ? ExitCodes.OK : ExitCodes.UNAVAILABLE;
  }

  private static void print(PrintWriter out, Configuration configuration, List<Answer> answers) {
    for (ExportDefinition export : configuration.definitions()) {
      out.println(
          "ok       "
              + export.name()
              + "  ("
              + export.kamelet()
              + ", connection "
              + export.connection()
              + ", "
              + (export.schedule() == null
                  ? "on demand"
                  : export.schedule() + " " + export.timeZone())
              + ")");
    }
    configuration.problems().forEach(problem -> out.println("problem  " + problem));
    answers.forEach(
        answer ->
            out.println(
                (answer.ok() ? "reached  " : "refused  ")
                    + answer.connection()
                    + "  "
                    + answer.message()));
  }

  private static ObjectNode json(Configuration configuration, List<Answer> answers) {
    ObjectNode node = Render.object();
    ArrayNode exports = node.putArray("exports");
    configuration.definitions().forEach(export -> exports.add(export.name()));
    ArrayNode problems = node.putArray("problems");
    for (Problem problem : configuration.problems()) {
      problems
          .addObject()
          .put("file", problem.file())
          .put("parameter", problem.parameter())
          .put("sentence", problem.sentence());
    }
    ArrayNode connections = node.putArray("connections");
    for (Answer answer : answers) {
      connections
          .addObject()
          .put("connection", answer.connection())
          .put("vendor", answer.vendor())
          .put("ok", answer.ok())
          .put("message", answer.message());
    }
    return node;
  }

  /** On a ledger of its own, so that it can be done while the runtime works. */
  private List<Answer> connect(Configuration configuration) throws Exception {
    Path folder = Files.createTempDirectory("saddlebag-check");
    Map<String, String> aside =
        Map.of(
            "data.folder", folder.toString(),
            "staging.folder", folder.resolve("staging").toString(),
            "ledger.url", "jdbc:sqlite:" + folder.resolve("ledger.db"));
    Map<String, ExportDefinition> byConnection = new TreeMap<>();
    configuration
        .definitions()
        .forEach(export -> byConnection.putIfAbsent(export.connection(), export));
    List<Answer> answers = new ArrayList<>();
    try (Saddlebag saddlebag =
        Saddlebag.start(
            common.options(aside, false, false), common.redactor(), Clock.systemUTC())) {
      byConnection.values().forEach(export -> answers.add(ask(saddlebag, export)));
    } finally {
      remove(folder);
    }
    return answers;
  }

  private Answer ask(Saddlebag saddlebag, ExportDefinition export) {
    Exchange exchange =
        saddlebag
            .camel()
            .createProducerTemplate()
            .send(
                "direct:" + export.flow() + "-check",
                message -> {
                  message.setVariable(RunVariables.CONNECTION, export.connection());
                  message.setVariable(RunVariables.KAMELET, export.kamelet());
                  export.parameters().forEach(message::setVariable);
                });
    Exception problem = exchange.getException();
    return new Answer(
        export.connection(),
        export.flow(),
        problem == null,
        problem == null
            ? "the vendor accepts the account"
            : common
                .redactor()
                .redact(problem.getClass().getSimpleName() + ": " + problem.getMessage()));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
