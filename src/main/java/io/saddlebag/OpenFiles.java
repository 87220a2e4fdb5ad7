package io.saddlebag;

import com.sun.management.UnixOperatingSystemMXBean;
import io.saddlebag.http.HttpSettings;
import io.saddlebag.run.EngineSettings;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many files this process may have open at once, sockets included, and whether that is enough
 * for what it is set to do at once: without it transfers fail in ways that have nothing to do with
 * their cause.
 */
final class OpenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  /** Java's own, the program's jars, the ledger, logs, and the servers for health and callbacks. */
  private static final int BASE = 400;

  /** A vendor's connection, its source of waiting, and a little. */
  private static final int A_STEP = 4;

  /** A vendor's connection, the part file, a destination's connections and files. */
  private static final int A_TRANSFER = 16;

  private OpenFiles() {}

  /** Warns when the operating system allows too few; does nothing where it does not tell. */
  static void warn(EngineSettings engine, HttpSettings http) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      problem(system.getMaxFileDescriptorCount(), needed(engine, http)).ifPresent(LOG::warn);
    }
  }

  static long needed(EngineSettings engine, HttpSettings http) {
    return BASE
        + (long) A_STEP * engine.stepThreads()
        + (long) A_TRANSFER * engine.transferThreads()
        + http.connectionsPerHost();
  }

  static Optional<String> problem(long allowed, long needed) {
    return allowed >= needed
        ? Optional.empty()
        : Optional.of(
            "only "
                + allowed
                + " files and sockets may be open at once, and "
                + needed
                + " may be needed: raise the limit, with ulimit -n or LimitNOFILE of systemd, or"
                + " lower engine.step-threads and engine.transfer-threads");
  }
}
