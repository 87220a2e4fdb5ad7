package io.saddlebag.recipes;

import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.Simulator;
import java.io.IOException;
import java.time.Clock;

/** Another system that takes what is posted to it, and counts. */
final class Receiver extends Simulator {
  Receiver() {
    super("127.0.0.1", 0, Clock.systemUTC());
  }

  @Override
  protected boolean answer(Call call) throws IOException {
    return call.text(201, "text/plain", "taken");
  }
}
