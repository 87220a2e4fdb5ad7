package io.saddlebag.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the ledger can be written, and whether its file is still the one that was opened: a
 * program goes on with a file that was deleted as if nothing had happened, and loses all of it at
 * its end. A look may take as long as the ledger's server takes to answer; what it has found is
 * told at once. Thread-safe.
 */
public final class LedgerWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerWatch.class);

  /** Less than this is a full disk: the next runs need it. */
  private static final long LEAST_BYTES = 4L << 20;

  /** A look that takes longer than this is itself an answer. */
  private static final Duration LONGEST = Duration.ofSeconds(25);

  private final Ledger ledger;
  private final @Nullable Path file;
  private final @Nullable Object opened;
  private final AtomicReference<Found> found = new AtomicReference<>();

  /**
   * What a look has found.
   *
   * @param at when, by the clock that only runs forward
   */
  private record Found(long at, @Nullable String problem) {}

  /** Watches this ledger, whose file is as it should be now. */
  public LedgerWatch(Ledger ledger) {
    this.ledger = ledger;
    this.file = ledger.settings().file();
    this.opened = key(file);
  }

  /** Looks now. */
  public void look() {
    lookNow();
  }

  private Found lookNow() {
    String problem = problemNow();
    Found now = new Found(System.nanoTime(), problem);
    Found before = found.getAndSet(now);
    String known = before == null ? null : before.problem();
    if (problem != null && known == null) {
      LOG.error("{}", problem);
    } else if (problem == null && known != null) {
      LOG.info("The ledger {} can be read and written again", ledger.settings());
    }
    return now;
  }

  /** What is wrong, in a sentence that says what to do; empty when nothing is. */
  public Optional<String> problem() {
    Found known = found.get();
    Found last = known == null ? lookNow() : known;
    if (System.nanoTime() - last.at() > LONGEST.toNanos()) {
      return Optional.of(
          "the ledger "
              + ledger.settings()
              + " does not answer: see whether its server, or its disk, hangs");
    }
    return Optional.ofNullable(last.problem()).or(ledger.commits()::sentence);
  }

  private @Nullable String problemNow() {
    if (file != null && opened != null && !opened.equals(key(file))) {
      return "the ledger's file "
          + file
          + " was removed or replaced while Saddlebag runs, and what it writes is lost: stop it, put"
          + " the file back, and start it again";
    }
    try {
      ledger.write();
    } catch (RuntimeException e) {
      return "the ledger "
          + ledger.settings()
          + " cannot be written ("
          + ledger.settings().clean(Ledger.reason(e))
          + "): "
          + Ledger.remedy(ledger.settings());
    }
    return full();
  }

  private @Nullable String full() {
    if (file == null) {
      return null;
    }
    try {
      long usable = Files.getFileStore(file).getUsableSpace();
      return usable >= LEAST_BYTES
          ? null
          : "the disk of the ledger "
              + file
              + " has only "
              + usable
              + " bytes left: make room on it";
    } catch (IOException e) {
      return "the ledger's file " + file + " cannot be looked at: " + e.getMessage();
    }
  }

  private static @Nullable Object key(@Nullable Path file) {
    if (file == null) {
      return null;
    }
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException gone) {
      return null;
    }
  }
}
