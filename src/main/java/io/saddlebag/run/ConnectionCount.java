package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Exports;
import java.util.function.IntSupplier;

/** How many connections the loaded exports have; counted anew at most once a second. */
final class ConnectionCount implements IntSupplier {
  private static final long STALE = 1_000_000_000L;

  private final Exports exports;
  private boolean counted;
  private long at;
  private int count;

  ConnectionCount(Exports exports) {
    this.exports = exports;
  }

  @Override
  public synchronized int getAsInt() {
    long now = System.nanoTime();
    if (!counted || now - at > STALE) {
      count = (int) exports.all().stream().map(ExportDefinition::connection).distinct().count();
      counted = true;
      at = now;
    }
    return count;
  }
}
