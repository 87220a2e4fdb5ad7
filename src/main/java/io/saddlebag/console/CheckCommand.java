package io.saddlebag.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.Saddlebag;
import io.saddlebag.export.DueTimes;
import io.saddlebag.export.ExportCheck;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Problem;
import io.saddlebag.run.CredentialLog;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerUnavailable;
import io.saddlebag.run.RunVariables;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
    ExportCheck.Result trial = new Trial(common, configuration).result();
    List<Answer> answers = connect ? connect(trial.definitions(), configuration) : List.of();
    List<Problem> warnings = new ArrayList<>(warnings(trial));
    warnings.addAll(refused(configuration));
    PrintWriter out = spec.commandLine().getOut();
    if (common.json()) {
      Render.print(out, json(trial, warnings, answers));
    } else {
      print(out, trial, warnings, answers);
    }
    boolean right = trial.problems().isEmpty();
    boolean reached = answers.stream().allMatch(Answer::ok);
    return !right ? ExitCodes.CONFIGURATION : reached ? ExitCodes.OK : ExitCodes.UNAVAILABLE;
  }

  private static void print(
      PrintWriter out, ExportCheck.Result trial, List<Problem> warnings, List<Answer> answers) {
    for (ExportDefinition export : trial.definitions()) {
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
    trial.problems().forEach(problem -> out.println("problem  " + problem));
    warnings.forEach(warning -> out.println("warning  " + warning));
    answers.forEach(
        answer ->
            out.println(
                (answer.ok() ? "reached  " : "refused  ")
                    + answer.connection()
                    + "  "
                    + answer.message()));
  }

  private static ObjectNode json(
      ExportCheck.Result trial, List<Problem> warnings, List<Answer> answers) {
    ObjectNode node = Render.object();
    ArrayNode exports = node.putArray("exports");
    trial.definitions().forEach(export -> exports.add(export.name()));
    put(node.putArray("problems"), trial.problems());
    put(node.putArray("warnings"), warnings);
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

  private static void put(ArrayNode node, List<Problem> problems) {
    for (Problem problem : problems) {
      node.addObject()
          .put("file", problem.file())
          .put("step", problem.step())
          .put("parameter", problem.parameter())
          .put("sentence", problem.sentence());
    }
  }

  /** What is right, and hardly what is wanted. */
  private static List<Problem> warnings(ExportCheck.Result trial) {
    List<Problem> warnings = new ArrayList<>();
    for (ExportDefinition export : trial.definitions()) {
      String cron = export.schedule();
      if (cron != null
          && DueTimes.of(cron, export.timeZone()).next(Clock.systemUTC().instant()).isEmpty()) {
        warnings.add(
            new Problem(
                export.file().toString(),
                "schedule",
                "\""
                    + cron
                    + "\" lies in the past: "
                    + export.name()
                    + " is not due any more; change its schedule, or take it out and request runs"
                    + " by hand"));
      }
    }
    return warnings;
  }

  /** The connections whose credentials, as they stand now, are not sent any more. */
  private static List<Problem> refused(Configuration configuration) {
    try (Ledger ledger = Refusals.ledger(configuration).orElse(null)) {
      return ledger == null
          ? List.of()
          : Refusals.now(configuration, ledger).stream()
              .map(
                  refusal ->
                      new Problem(
                          "application.properties",
                          refusal.key().connection() + ".*",
                          refusal.said()
                              + " since "
                              + refusal.at()
                              + ", and nothing is sent over it: correct them; if the vendor has put"
                              + " it right, saddlebag check --connect finds that out"))
              .toList();
    } catch (LedgerUnavailable e) {
      return List.of(
          new Problem(
              "application.properties",
              "ledger.url",
              "whether vendors refuse credentials cannot be told: " + e.getMessage()));
    }
  }

  /** In folders of its own and without the exports, so that it can be done beside a runtime. */
  private List<Answer> connect(List<ExportDefinition> exports, Configuration configuration)
      throws Exception {
    if (exports.isEmpty()) {
      return List.of();
    }
    Map<String, ExportDefinition> byCredentials = new TreeMap<>();
    exports.forEach(
        export ->
            byCredentials.putIfAbsent(
                export.connection() + " " + Refusals.key(export, configuration).kind(), export));
    List<Answer> answers = new ArrayList<>();
    try (Aside aside = new Aside();
        Saddlebag saddlebag =
            Saddlebag.startOwnRoutes(
                common.options(aside.settings(), false, false),
                common.redactor(),
                Clock.systemUTC());
        Ledger ledger = Refusals.ledger(configuration).orElse(null)) {
      for (ExportDefinition export : byCredentials.values()) {
        Answer answer = ask(saddlebag, export);
        answers.add(answer);
        if (ledger != null) {
          keep(answer, Refusals.key(export, configuration), saddlebag.ledger(), ledger);
        }
      }
    }
    return answers;
  }

  /** What was found out counts for the runtime: it sends what is good, and nothing that is not. */
  private static void keep(Answer answer, CredentialLog.Key key, Ledger aside, Ledger ledger) {
    if (answer.ok()) {
      ledger.credentials().accepted(key);
    } else {
      aside.credentials().refused(key).ifPresent(ledger.credentials()::refuse);
    }
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
}
