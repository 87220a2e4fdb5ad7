package io.saddlebag.vendor;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.commcare.CommCareSimulator;
import java.time.Clock;

/** CommCare under the contract of all vendors: one request, nothing is ordered or polled. */
abstract class CommCareContract extends VendorContractTest {
  CommCareSimulator vendor;

  @Override
  void startVendor() {
    vendor = new CommCareSimulator(Clock.systemUTC(), 0);
    vendor.start();
  }

  @Override
  void stopVendor() {
    vendor.close();
  }

  @Override
  void connect(TestRuntime target) {
    target
        .with("health.server", vendor.uri().toString())
        .with("health.domain", CommCareSimulator.DEMO_DOMAIN)
        .with("health.user", CommCareSimulator.DEMO_USER)
        .with("health.password", CommCareSimulator.DEMO_PASSWORD)
        .with("health.api-key", CommCareSimulator.DEMO_API_KEY);
  }

  @Override
  Simulator api() {
    return vendor;
  }

  @Override
  Simulator files() {
    return vendor;
  }

  /** Nothing is ordered: a run is its one file. */
  @Override
  int creates() {
    return 1;
  }
}
