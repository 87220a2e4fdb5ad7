package io.saddlebag.run;

import io.saddlebag.export.ExportDefinition;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Whether steps may call a vendor at this moment: what is asked before a step begins, so that it
 * need not wait in the middle.
 */
public interface VendorGate {
  /**
   * Whether the step of a run has to wait; one that has not is expected to begin.
   *
   * @return nothing when it may begin, else after how long it is worth to ask again
   */
  Optional<Duration> hold(ExportDefinition export, String run);

  /** The step of a run has ended, however it did. */
  void ended(String run);

  /** Tells the names of connections whose steps may have to wait no longer. */
  void whenOpened(Consumer<String> listener);

  /** A gate that is always open. */
  static VendorGate open() {
    return new VendorGate() {
      @Override
      public Optional<Duration> hold(ExportDefinition export, String run) {
        return Optional.empty();
      }

      @Override
      public void ended(String run) {}

      @Override
      public void whenOpened(Consumer<String> listener) {}
    };
  }
}
