package io.saddlebag.http;

import io.saddlebag.export.Connection;
import io.saddlebag.export.Connections;
import io.saddlebag.run.RunVariables;
import org.apache.camel.Exchange;

/** Reads the connection of the run that an exchange carries, afresh at every step. */
public final class RunConnection {
  private final Connections connections;
  private final Redactor redactor;

  /** Connections read from here; the redactor learns their secrets before anyone can print them. */
  public RunConnection(Connections connections, Redactor redactor) {
    this.connections = connections;
    this.redactor = redactor;
  }

  Connection of(Exchange exchange) {
    Connection connection =
        connections.read(
            exchange.getVariable(RunVariables.CONNECTION, String.class),
            exchange.getVariable(RunVariables.KAMELET, String.class));
    redactor.learn(connection.secrets());
    return connection;
  }
}
