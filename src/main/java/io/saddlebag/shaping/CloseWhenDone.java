package io.saddlebag.shaping;

import java.io.Closeable;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what an exchange reads from when the exchange is done, whether it went well or not. */
final class CloseWhenDone extends SynchronizationAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(CloseWhenDone.class);

  private final Closeable open;
  private final String name;

  private CloseWhenDone(Closeable open, String name) {
    this.open = open;
    this.name = name;
  }

  /** Sees to it that what is open is closed. */
  static void on(Exchange exchange, Closeable open, String name) {
    exchange.getExchangeExtension().addOnCompletion(new CloseWhenDone(open, name));
  }

  @Override
  public void onDone(Exchange done) {
    try {
      open.close();
    } catch (IOException e) {
      LOG.warn("{} cannot be closed; it is freed at the end of the process", name, e);
    }
  }
}
