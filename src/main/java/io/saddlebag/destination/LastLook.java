package io.saddlebag.destination;

import org.apache.camel.Exchange;

/**
 * The last look before what a destination has written can be seen: a delivery that was taken for
 * dead, and has only slept, ends there, as another one is made in its place. A message that no run
 * has sent has none.
 */
final class LastLook {
  /** What delivers a run's files leaves it there; it and destinations do not know each other. */
  private static final String PROPERTY = "io.saddlebag.lastLook";

  private LastLook() {}

  /** The look of this message; it throws when the delivery is not wanted any more. */
  static Runnable of(Exchange exchange) {
    return exchange.getProperty(PROPERTY) instanceof Runnable look ? look : () -> {};
  }
}
