package io.saddlebag.run;

import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The repository {@code deliveredOnce}: which destinations of a staged file were reached. It is for
 * exports that have several; what was reached stays so over failures of the others, restarts and
 * crashes, until the run is delivered again on purpose. Thread-safe.
 *
 * <p>A key is the run, the file's position and the destination's name, with a space between them;
 * of a part of a file (an archive's entry, a batch of rows) its number and its name follow.
 */
public final class DeliveredParts extends ServiceSupport implements IdempotentRepository {
  /** The exchange's property with the attempt that delivers. */
  static final String ATTEMPT = "io.saddlebag.attempt";

  private final Ledger ledger;
  private final Receipts receipts;
  private final Clock clock;

  /** The parts of the files in this ledger. */
  public DeliveredParts(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.receipts = ledger.receipts();
    this.clock = clock;
  }

  private record Key(String run, int position, String part) {
    static Key of(String text) {
      String[] words = text.split(" ", 5);
      if (words.length < 3
          || words[0].isEmpty()
          || words[2].isBlank()
          || !words[1].matches("\\d{1,9}")) {
        throw new IllegalArgumentException(
            "\""
                + text
                + "\" does not name a destination: it needs the headers SaddlebagRun and"
                + " SaddlebagPosition, so remove headers only inside of it, and a name of its own");
      }
      boolean wholeFile = words.length < 5 || words[3].isEmpty();
      return new Key(
          words[0],
          Integer.parseInt(words[1]),
          wholeFile ? words[2] : words[2] + " " + words[3] + " " + words[4]);
    }
  }

  @Override
  public boolean add(String key) {
    Key part = Key.of(key);
    return receipts.reached(part.run(), part.position(), part.part(), clock.instant());
  }

  /** Keeps that a destination was reached, unless the attempt was given up meanwhile. */
  @Override
  public boolean add(Exchange exchange, String key) {
    Integer attempt = exchange.getProperty(ATTEMPT, Integer.class);
    if (attempt == null) {
      return add(key);
    }
    Key part = Key.of(key);
    return ledger
        .commits()
        .commit(
            part.run(),
            "that " + part.part() + " is reached",
            again ->
                receipts.reached(
                    part.run(), part.position(), part.part(), attempt, clock.instant()));
  }

  @Override
  public boolean contains(String key) {
    Key part = Key.of(key);
    return receipts.wasReached(part.run(), part.position(), part.part());
  }

  @Override
  public boolean remove(String key) {
    Key part = Key.of(key);
    return receipts.notReached(part.run(), part.position(), part.part());
  }

  /** Takes it back, unless the attempt was given up meanwhile: it may be another's by now. */
  @Override
  public boolean remove(Exchange exchange, String key) {
    Integer attempt = exchange.getProperty(ATTEMPT, Integer.class);
    if (attempt == null) {
      return remove(key);
    }
    Key part = Key.of(key);
    try {
      return receipts.notReached(part.run(), part.position(), part.part(), attempt);
    } catch (StaleRunException givenUp) {
      return false;
    }
  }

  /** Nothing to do: {@link #add} has committed it. */
  @Override
  public boolean confirm(String key) {
    return true;
  }

  /** Refused: other runs' parts are here too. */
  @Override
  public void clear() {
    throw new UnsupportedOperationException(
        "what was delivered is forgotten run by run: use `saddlebag redeliver`");
  }
}
