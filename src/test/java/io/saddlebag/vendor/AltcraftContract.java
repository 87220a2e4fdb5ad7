package io.saddlebag.vendor;

import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Simulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.time.Clock;
import java.time.Duration;

/** Altcraft under the contract of all vendors: what its flows share. */
abstract class AltcraftContract extends JobContractTest {
  AltcraftSimulator vendor;

  /** The simulator, before it is started. */
  AltcraftSimulator simulator() {
    return new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
  }

  @Override
  void startVendor() {
    vendor = simulator();
    vendor.start();
  }

  @Override
  void stopVendor() {
    vendor.close();
  }

  @Override
  void connect(TestRuntime target) {
    target
        .with("marketing.server", vendor.uri().toString())
        .with("marketing.token", AltcraftSimulator.DEMO_TOKEN);
  }

  @Override
  Simulator api() {
    return vendor;
  }

  @Override
  Simulator files() {
    return vendor;
  }

  @Override
  String[] status() {
    return new String[] {"POST", ".*/tasks/status"};
  }

  @Override
  int creates() {
    return vendor.creates();
  }

  @Override
  void endsWith(String word) {
    vendor.endsWith(word);
  }

  @Override
  String failedWord() {
    return "failed";
  }

  @Override
  boolean endsEmpty() {
    vendor.total(0);
    return true;
  }

  @Override
  void jobsTake(Duration time) {
    vendor.pace(time.dividedBy(3));
  }

  @Override
  boolean findsLostJobs() {
    return false;
  }
}
