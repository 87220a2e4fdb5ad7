package io.saddlebag.vendor;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.alida.AlidaSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import java.time.Clock;
import java.time.Duration;

/** An Alida community with its storage, and an export of its demo activity. */
final class AlidaAccount implements AutoCloseable {
  static final String KAMELET = "alida-activity-export-source";
  static final String PARAMETERS =
      "connection: community\nactivityId: " + AlidaSimulator.DEMO_ACTIVITY + "\n";

  private final StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
  private final AlidaSimulator vendor =
      new AlidaSimulator(Clock.systemUTC(), storage, 0).pace(Duration.ofMillis(20));

  AlidaAccount() {
    storage.start();
    vendor.start();
  }

  AlidaSimulator vendor() {
    return vendor;
  }

  StorageSimulator storage() {
    return storage;
  }

  void connect(TestRuntime target) {
    target
        .with("community.server", vendor.uri().toString())
        .with("community.community", AlidaSimulator.DEMO_COMMUNITY)
        .with("community.client-id", AlidaSimulator.DEMO_CLIENT_ID)
        .with("community.client-secret", AlidaSimulator.DEMO_CLIENT_SECRET)
        .with("community.storage-hosts", "localhost");
  }

  @Override
  public void close() {
    vendor.close();
    storage.close();
  }
}
