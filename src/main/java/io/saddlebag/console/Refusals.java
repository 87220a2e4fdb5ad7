package io.saddlebag.console;

import io.saddlebag.export.Connection;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.http.CredentialGuard;
import io.saddlebag.run.CredentialLog;
import io.saddlebag.run.CredentialLog.Refusal;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.LedgerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The connections whose credentials vendors refuse, as commands say it. */
final class Refusals {
  private static final String SQLITE = "jdbc:sqlite:";

  private Refusals() {}

  /** What is refused, in a sentence for each. */
  static List<String> sentences(Ledger ledger) {
    return ledger.credentials().refused().stream().map(Refusals::sentence).toList();
  }

  /** What is refused of an export's connection. */
  static Optional<String> of(ExportDefinition export, Ledger ledger) {
    return ledger.credentials().refused().stream()
        .filter(refusal -> refusal.key().connection().equals(export.connection()))
        .findFirst()
        .map(Refusals::sentence);
  }

  private static String sentence(Refusal refusal) {
    return refusal.said()
        + " since "
        + refusal.at()
        + ": its runs end UNAUTHORIZED and nothing is sent until they change, or `saddlebag check"
        + " --connect` finds them good";
  }

  /** What is refused of the credentials that stand in the settings now. */
  static List<Refusal> now(Configuration configuration, Ledger ledger) {
    return ledger.credentials().refused().stream()
        .filter(
            refusal ->
                connections(configuration, refusal.key().connection()).stream()
                    .anyMatch(connection -> CredentialGuard.isOf(refusal, connection)))
        .toList();
  }

  private static List<Connection> connections(Configuration configuration, String name) {
    return configuration.definitions().stream()
        .filter(export -> export.connection().equals(name))
        .map(ExportDefinition::kamelet)
        .distinct()
        .map(kamelet -> configuration.connections().read(name, kamelet))
        .toList();
  }

  /** The ledger of the runtime, if there is one yet: a command that checks does not make it. */
  static Optional<Ledger> ledger(Configuration configuration) {
    LedgerSettings settings = configuration.settings().ledger();
    return settings.sqlite() && !Files.exists(Path.of(settings.url().substring(SQLITE.length())))
        ? Optional.empty()
        : Optional.of(Ledger.open(settings));
  }

  /** The credentials with which an export proves who it is. */
  static CredentialLog.Key key(ExportDefinition export, Configuration configuration) {
    return new CredentialLog.Key(
        export.connection(),
        configuration.connections().read(export.connection(), export.kamelet()).authorization());
  }
}
