package io.saddlebag.simulator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The faults that a simulator was told to show, each for a number of fitting requests. */
public final class FaultScript {
  private final List<Entry> entries = new ArrayList<>();

  /** Shows a fault on the next {@code times} requests that fit. */
  public synchronized FaultScript next(int times, Predicate<RecordedRequest> fits, Fault fault) {
    entries.add(new Entry(times, fits, fault));
    return this;
  }

  /** Shows a fault on the next {@code times} requests with this method and path pattern. */
  public FaultScript next(int times, String method, String pathPattern, Fault fault) {
    return next(times, request -> request.is(method, pathPattern), fault);
  }

  /** Shows a fault on every fitting request until {@link #clear}. */
  public FaultScript always(String method, String pathPattern, Fault fault) {
    return next(Integer.MAX_VALUE, method, pathPattern, fault);
  }

  /** Forgets all faults. */
  public synchronized void clear() {
    entries.clear();
  }

  synchronized Optional<Fault> take(RecordedRequest request) {
    for (Iterator<Entry> all = entries.iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      if (entry.fits.test(request)) {
        if (--entry.left <= 0) {
          all.remove();
        }
        return Optional.of(entry.fault);
      }
    }
    return Optional.empty();
  }

  private static final class Entry {
    private int left;
    private final Predicate<RecordedRequest> fits;
    private final Fault fault;

    Entry(int left, Predicate<RecordedRequest> fits, Fault fault) {
      this.left = left;
      this.fits = fits;
      this.fault = fault;
    }
  }
}
