package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files whose digest this process has computed, as they were then. One that is the same still
 * need not be read again to know its digest. Thread-safe.
 */
final class Stamps {
  /** As many as are delivered soon; an older one is read again. */
  private static final int MOST = 1000;

  private record Digested(Stamp stamp, String sha256) {}

  private final Map<Path, Digested> digested =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Digested> eldest) {
          return size() > MOST;
        }
      };

  /** Remembers a file as it is now. */
  synchronized void remember(Path file, String sha256) throws IOException {
    Stamp.of(file).ifPresent(stamp -> digested.put(file, new Digested(stamp, sha256)));
  }

  /** Whether a file is the same as when it had this digest; false where nobody knows. */
  synchronized boolean proves(Path file, String sha256) throws IOException {
    Digested then = digested.get(file);
    return then != null
        && then.sha256().equals(sha256)
        && Stamp.of(file).filter(then.stamp()::equals).isPresent();
  }
}
