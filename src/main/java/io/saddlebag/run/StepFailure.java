package io.saddlebag.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a step of a run did not succeed: a name, a sentence that says what to do, and by its subclass
 * what may happen next. The message never holds a secret.
 */
public abstract sealed class StepFailure extends RuntimeException
    permits StepFailure.NotSent, StepFailure.RetryLater, StepFailure.Rejected, StepFailure.Held {
  private static final long serialVersionUID = 1L;

  private final String name;

  private StepFailure(String name, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.name = name;
  }

  /** The failure's name, kept in the ledger. */
  public String failureName() {
    return name;
  }

  /** The request was not carried out, provably: even a create may be sent again later. */
  public static final class NotSent extends StepFailure {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration after;

    /**
     * A request that had no effect.
     *
     * @param after how long the vendor asks us to wait, null when it does not say
     */
    public NotSent(String name, String message, @Nullable Duration after) {
      super(name, message, null);
      this.after = after;
    }

    /** How long to wait, null for our own back-off. */
    public @Nullable Duration after() {
      return after;
    }
  }

  /** May pass by itself; a create may or may not have had its effect. */
  public static final class RetryLater extends StepFailure {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration after;
    private final int attempts;

    /** Repeated with back-off until the deadline. */
    public RetryLater(String name, String message, @Nullable Duration after) {
      this(name, message, after, Integer.MAX_VALUE, null);
    }

    /**
     * Repeated with back-off, but not for ever.
     *
     * @param after how long to wait, null for our own back-off
     * @param attempts how many failures in a row end the run
     */
    public RetryLater(
        String name,
        String message,
        @Nullable Duration after,
        int attempts,
        @Nullable Throwable cause) {
      super(name, message, cause);
      this.after = after;
      this.attempts = attempts;
    }

    /** How long to wait, null for our own back-off. */
    public @Nullable Duration after() {
      return after;
    }

    /** How many failures in a row end the run. */
    public int attempts() {
      return attempts;
    }
  }

  /** Will not pass by itself: the run ends. */
  public static final class Rejected extends StepFailure {
    private static final long serialVersionUID = 1L;

    /** A failure that ends the run. */
    public Rejected(String name, String message) {
      super(name, message, null);
    }

    /** A failure that ends the run, with its cause. */
    public Rejected(String name, String message, Throwable cause) {
      super(name, message, cause);
    }
  }

  /**
   * Nothing was sent and nothing failed: the step has to wait for something that other runs of its
   * connection use. It is kept out of the history, and counts as no attempt.
   */
  public static final class Held extends StepFailure {
    private static final long serialVersionUID = 1L;

    private final Duration after;

    /**
     * A step that waits.
     *
     * @param waitingFor what it waits for, for people
     * @param after for how long
     */
    public Held(String waitingFor, Duration after) {
      super("HELD", waitingFor, null);
      this.after = after;
    }

    /** How long to wait. */
    public Duration after() {
      return after;
    }
  }
}
