package io.saddlebag.console;

import io.saddlebag.run.FailureRecord;
import io.saddlebag.run.Run;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a run gets on: one line that changes on a terminal, a line for each change elsewhere.
 */
final class Progress {
  private static final int BAR = 24;

  private final PrintWriter out;
  private final boolean terminal;
  private final Clock clock;
  private @Nullable String last;
  private @Nullable String lastFailure;
  private long lastBytes;
  private Instant lastAt;
  private double rate;

  Progress(PrintWriter out, boolean terminal, Clock clock) {
    this.out = out;
    this.terminal = terminal;
    this.clock = clock;
    this.lastAt = clock.instant();
  }

  /** Shows a run; {@code partBytes} is what has been fetched of a file that is under way. */
  void show(Run run, long partBytes) {
    String line = terminal ? bar(run, partBytes) : plain(run);
    if (!Objects.equals(line, last)) {
      last = line;
      out.print(terminal ? "\r\033[K" + line : line + System.lineSeparator());
      out.flush();
    }
  }

  /** Tells of a failure that is got over, or waited out; once, however often it comes in a row. */
  void failed(FailureRecord failure) {
    String sentence = "  " + failure.name() + ": " + failure.message();
    if (!sentence.equals(lastFailure)) {
      lastFailure = sentence;
      end();
      out.println(sentence);
      out.flush();
    }
  }

  /** Leaves the line. */
  void end() {
    if (terminal && last != null) {
      out.println();
      out.flush();
    }
  }

  private static String plain(Run run) {
    return run.id()
        + "  "
        + run.state()
        + (run.vendorStatus() == null ? "" : "  \"" + run.vendorStatus() + "\"")
        + (run.waitingFor() == null ? "" : "  waiting for " + run.waitingFor());
  }

  private String bar(Run run, long partBytes) {
    // The vendor's last per cent may be any; once its file is there, its part is done.
    boolean done = run.readyAt() != null;
    Integer said = done ? Integer.valueOf(100) : run.progress();
    int percent = said == null ? 0 : Math.max(0, Math.min(100, said));
    int full = percent * BAR / 100;
    String what =
        partBytes > 0
            ? Render.bytes(partBytes) + "  " + Render.bytes((long) rate(partBytes)) + "/s"
            : (run.vendorStatus() == null ? "" : "\"" + run.vendorStatus() + "\"")
                + (run.waitingFor() == null ? "" : "  waiting for " + run.waitingFor());
    return run.export()
        + "  "
        + String.format("%-9s", run.state())
        + " ["
        + "#".repeat(full)
        + ".".repeat(BAR - full)
        + "] "
        + (said == null || done ? "" : percent + "%  ")
        + what;
  }

  private double rate(long bytes) {
    Instant now = clock.instant();
    long millis = Duration.between(lastAt, now).toMillis();
    if (millis >= 500) {
      rate = Math.max(0, bytes - lastBytes) * 1000.0 / millis;
      lastBytes = bytes;
      lastAt = now;
    }
    return rate;
  }
}
