package io.saddlebag.http;

import io.saddlebag.export.Connection;
import io.saddlebag.export.RefusalRule;
import io.saddlebag.run.CredentialLog;
import io.saddlebag.run.CredentialLog.Key;
import io.saddlebag.run.CredentialLog.Refusal;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code credentials}: keeps wrong credentials from being sent again and again, because
 * vendors lock accounts (Survey Solutions at 15 wrong passwords, CommCare HQ at 5; their sheets,
 * section 4). Credentials that the vendor accepted a moment ago are sent by any number of runs at
 * once; all others by one request of all nodes at a time, and by none once they were refused, until
 * they change or are found to be right. Refusals stand in the ledger, for all nodes. Thread-safe.
 */
public final class CredentialGuard {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialGuard.class);

  /** How long an answer proves credentials to runs that begin a step. */
  private static final Duration PROOF = Duration.ofMillis(150);

  /** How long it does to steps that have begun. */
  private static final Duration PROOF_OF_STEPS = Duration.ofSeconds(5);

  /** A refusal comes at once: who gets no answer for so long does not keep the others waiting. */
  private static final Duration TRIAL = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final String WAITING = "another run, which tries its connection's credentials out";
  private static final String NONE = "none";
  private static final String SENT = "SaddlebagCredentialSent";

  private final CredentialLog log;
  private final Clock clock;
  private final byte[] ownKey = new byte[32];
  private final Map<Key, Trial> trials = new ConcurrentHashMap<>();
  private final Map<List<String>, String> kinds = new ConcurrentHashMap<>();
  private final Map<String, Boolean> compared = new ConcurrentHashMap<>();
  private volatile Consumer<String> listener = connection -> {};
  private volatile @Nullable Known known;

  private record Known(long at, Map<Key, Refusal> refused) {}

  /** What went out with a request; the secret stays in the exchange's memory. */
  private record Sent(Key key, String owner, RefusalRule rule, String secret, String proof) {
    @Override
    public String toString() {
      return "credentials of " + key.connection();
    }
  }

  /**
   * What this node knows of credentials; guarded by itself. Its times are those of the process, so
   * that a clock that is put back proves nothing.
   */
  private static final class Trial {
    private @Nullable String owner;
    private long begunAt;
    private boolean inLedger;
    private @Nullable String proven;
    private long provenAt;

    /** What was refused a moment ago, while its slow digest is made. */
    private @Nullable String refused;

    /** Begins to try the credentials out, or goes on with it; false while somebody else does. */
    boolean begin(String by) {
      if (by.equals(owner)) {
        return true;
      }
      if (owner != null && System.nanoTime() - begunAt < TRIAL.toNanos()) {
        return false;
      }
      owner = by;
      begunAt = System.nanoTime();
      inLedger = false;
      return true;
    }

    boolean provenFor(Duration length) {
      return proven != null && System.nanoTime() - provenAt < length.toNanos();
    }
  }

  /** Keeps refusals in this ledger. */
  public CredentialGuard(CredentialLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
    new SecureRandom().nextBytes(ownKey);
  }

  /** Whether what was refused are the credentials that this connection has now. */
  public static boolean isOf(Refusal refused, Connection connection) {
    return refused.key().kind().equals(connection.authorization())
        && SlowDigest.matches(refused.digest(), secret(connection));
  }

  /** Tells the names of connections for which one needs to wait no longer. */
  void whenOpened(Consumer<String> opened) {
    listener = opened;
  }

  /** Whether a run may begin a step over a connection; the first one tries the credentials out. */
  boolean open(String connection, String kamelet, String run) {
    String kind = kinds.get(List.of(connection, kamelet));
    if (NONE.equals(kind)) {
      return true;
    }
    Trial trial = trial(new Key(connection, kind == null ? "" : kind));
    synchronized (trial) {
      return trial.provenFor(PROOF) || trial.begin(run);
    }
  }

  /**
   * Before credentials are sent; throws when they were refused, or when nobody knows yet whether
   * they are right and another request is to show it.
   */
  void before(Exchange exchange, Connection connection) {
    String kind = connection.authorization();
    List<String> use =
        List.of(connection.name(), exchange.getVariable(RunVariables.KAMELET, "", String.class));
    exchange.removeProperty(SENT);
    if (kind.equals(NONE)) {
      kinds.put(use, kind);
      return;
    }
    String secret = secret(connection);
    Sent sent =
        new Sent(
            new Key(connection.name(), kind),
            owner(exchange),
            connection.refused(),
            secret,
            proof(secret));
    if (!kind.equals(kinds.get(use))) {
      // The first step over a connection was begun before its kind was known, and goes first.
      Trial trial = trial(sent.key());
      synchronized (trial) {
        trial.begin(sent.owner());
      }
      kinds.put(use, kind);
    }
    admit(sent, connection);
    exchange.setProperty(SENT, sent);
  }

  private void admit(Sent sent, Connection connection) {
    Trial trial = trial(sent.key());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Refusal refused = known().get(sent.key());
      if (refused != null && same(refused, sent)) {
        ended(sent.owner());
        throw remembered(refused.said(), refused.at(), connection);
      }
      synchronized (trial) {
        if (sent.proof().equals(trial.refused)) {
          throw remembered(said(sent.key()), clock.instant(), connection);
        }
        if (sent.proof().equals(trial.proven) && trial.provenFor(PROOF_OF_STEPS)
            || trial.inLedger && sent.owner().equals(trial.owner)) {
          return;
        }
        if (!trial.begin(sent.owner())) {
          await(trial, end);
          continue;
        }
      }
      Instant now = clock.instant();
      boolean alone = log.tryOut(sent.key(), sent.owner(), now, now.plus(TRIAL));
      synchronized (trial) {
        trial.inLedger = alone && sent.owner().equals(trial.owner);
        if (!alone) {
          await(trial, end);
          continue;
        }
      }
      // What another node has found out since the last look counts.
      Optional<Refusal> found = log.refused(sent.key());
      if (found.isEmpty() || !same(found.get(), sent)) {
        return;
      }
      ended(sent.owner());
      throw remembered(found.get().said(), found.get().at(), connection);
    }
  }

  private static void await(Trial trial, long end) {
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw new StepFailure.Held(WAITING, LOOK);
    }
    try {
      trial.wait(Math.min(100, left / 1_000_000 + 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailure.Held(WAITING, LOOK);
    }
  }

  /** The vendor accepts what was sent last. Never throws: the answer must not be lost. */
  void accepted(Exchange exchange) {
    Sent sent = exchange.getProperty(SENT, Sent.class);
    if (sent == null) {
      return;
    }
    Trial trial = trial(sent.key());
    boolean tried;
    synchronized (trial) {
      tried = trial.inLedger && sent.owner().equals(trial.owner);
      trial.proven = sent.proof();
      trial.provenAt = System.nanoTime();
    }
    if (tried) {
      quietly(() -> log.accepted(sent.key()));
      synchronized (trial) {
        trial.inLedger = false;
      }
    }
    exchange.removeProperty(SENT);
    // Of all kinds: the first step over a connection is begun before its kind is known.
    ended(sent.owner());
  }

  /**
   * The vendor refused what was sent last: no run of the connection sends it again, on any node.
   * Also for routes that see it by themselves. Never throws: the answer must not be lost.
   */
  public void refused(Exchange exchange) {
    Sent sent = exchange.getProperty(SENT, Sent.class);
    if (sent == null) {
      return;
    }
    exchange.removeProperty(SENT);
    Trial trial = trial(sent.key());
    synchronized (trial) {
      trial.proven = null;
      trial.refused = sent.proof();
      trial.notifyAll();
    }
    quietly(() -> keep(sent));
    known = null;
    synchronized (trial) {
      trial.inLedger = false;
      trial.refused = null;
    }
    ended(sent.owner());
  }

  /** Several may have been under way when the first was refused: it is one refusal. */
  private synchronized void keep(Sent sent) {
    Optional<Refusal> before = log.refused(sent.key());
    if (before.isPresent() && same(before.get(), sent)) {
      log.release(sent.key(), sent.owner());
      return;
    }
    String digest = SlowDigest.of(sent.secret());
    compared.put(comparison(digest, sent.proof()), true);
    log.refuse(new Refusal(sent.key(), clock.instant(), digest, said(sent.key())));
  }

  private static String said(Key key) {
    return "the vendor does not accept the credentials of the connection " + key.connection();
  }

  /** Whether an answer means that the credentials sent last were refused; then remembers it. */
  boolean refused(Exchange exchange, int code, String text) {
    Sent sent = exchange.getProperty(SENT, Sent.class);
    boolean means = sent != null && sent.rule().means(code, text);
    if (means) {
      refused(exchange);
    }
    return means;
  }

  /** Whether an answer with a good status may hold an error that means it. */
  boolean mayBeRefused(Exchange exchange, String text) {
    Sent sent = exchange.getProperty(SENT, Sent.class);
    return sent != null && sent.rule().possible(text);
  }

  /** A step has ended: what it tried out without an answer, others may. */
  void ended(String owner) {
    trials.forEach(
        (key, trial) -> {
          boolean mine;
          boolean inLedger;
          synchronized (trial) {
            mine = owner.equals(trial.owner);
            inLedger = mine && trial.inLedger;
            if (mine) {
              trial.owner = null;
              trial.inLedger = false;
              trial.notifyAll();
            }
          }
          if (inLedger) {
            quietly(() -> log.release(key, owner));
          }
          if (mine) {
            listener.accept(key.connection());
          }
        });
  }

  private Trial trial(Key key) {
    return trials.computeIfAbsent(key, unknown -> new Trial());
  }

  private Map<Key, Refusal> known() {
    Known last = known;
    if (last != null && System.nanoTime() - last.at() < LOOK.toNanos()) {
      return last.refused();
    }
    Map<Key, Refusal> refused = new HashMap<>();
    long now = System.nanoTime();
    log.refused().forEach(refusal -> refused.put(refusal.key(), refusal));
    known = new Known(now, refused);
    return refused;
  }

  /** The slow look is taken once for each value and refusal. */
  private boolean same(Refusal refused, Sent sent) {
    return compared.computeIfAbsent(
        comparison(refused.digest(), sent.proof()),
        unknown -> SlowDigest.matches(refused.digest(), sent.secret()));
  }

  private static String comparison(String digest, String proof) {
    return digest + " " + proof;
  }

  private static StepFailure remembered(String said, Instant at, Connection connection) {
    List<String> names = new ArrayList<>();
    connection
        .credential()
        .keySet()
        .forEach(setting -> names.add(connection.name() + "." + setting));
    return new StepFailure.Rejected(
        "UNAUTHORIZED",
        said
            + " (since "
            + at
            + "), so nothing was sent, and no account is locked: correct "
            + String.join(", ", names)
            + " in application.properties or its environment variable, then run again; if the"
            + " vendor has put it right, `saddlebag check --connect` finds that out");
  }

  /** Who calls: a run, or an exchange without one. */
  static String owner(Exchange exchange) {
    String run = exchange.getVariable(RunVariables.RUN_ID, String.class);
    return run == null ? exchange.getExchangeId() : run;
  }

  private static String secret(Connection connection) {
    StringBuilder text =
        new StringBuilder(connection.authorization()).append('\n').append(connection.server());
    connection
        .credential()
        .forEach((setting, value) -> text.append('\n').append(setting).append('=').append(value));
    return text.toString();
  }

  /** Stands for a secret in this process alone: who has not its key cannot try secrets out. */
  private String proof(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(ownKey, "HmacSHA256"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.warn("What became of a connection's credentials cannot be kept: {}", e.getMessage());
    }
  }
}
