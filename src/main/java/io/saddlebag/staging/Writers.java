package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The parts that attempts of this process are at, and how this process signs its parts. A part that
 * another process has signed may be written to at any time, even by a process that was taken for
 * dead: only one of our own that nobody is at can be taken as it is. Thread-safe.
 */
final class Writers {
  private final String process = UUID.randomUUID().toString();
  private final Set<Path> parts = new HashSet<>();

  /** Moves a file. */
  @FunctionalInterface
  interface Move {
    void run() throws IOException;
  }

  /** What this process signs its parts with. */
  String process() {
    return process;
  }

  /** An attempt begins to work at a part; false when it is there already. */
  synchronized boolean begin(Path part) {
    return parts.add(part);
  }

  synchronized void end(Path part) {
    parts.remove(part);
  }

  /** Does this while no attempt is at the part; false, and nothing is done, when one is. */
  synchronized boolean whileNobodyIsAt(Path part, Move move) throws IOException {
    if (parts.contains(part)) {
      return false;
    }
    move.run();
    return true;
  }
}
