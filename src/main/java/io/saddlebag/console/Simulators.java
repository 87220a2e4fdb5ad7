package io.saddlebag.console;

import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.surveysolutions.SurveySolutionsSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** All simulators together, and the connections that lead to them. */
final class Simulators implements AutoCloseable {
  private final StorageSimulator storage;
  private final SurveySolutionsSimulator surveySolutions;
  private final AltcraftSimulator altcraft;
  private final WebAdmitSimulator webadmit;

  /** Starts them on ports from this one on, or on free ones for 0. */
  Simulators(Clock clock, int firstPort, Duration pace) {
    storage = new StorageSimulator(clock, port(firstPort, 0));
    surveySolutions = new SurveySolutionsSimulator(clock, storage, port(firstPort, 1)).pace(pace);
    altcraft = new AltcraftSimulator(clock, port(firstPort, 2)).pace(pace.dividedBy(3));
    webadmit = new WebAdmitSimulator(clock, storage, port(firstPort, 3)).pace(pace.dividedBy(3));
    storage.start();
    surveySolutions.start();
    altcraft.start();
    webadmit.start();
  }

  private static int port(int first, int offset) {
    return first == 0 ? 0 : first + offset;
  }

  /** The properties of the sample exports' connections. */
  Map<String, String> connections() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("hq.server", surveySolutions.uri().toString());
    properties.put("hq.workspace", "primary");
    properties.put("hq.user", "exporter");
    properties.put("hq.password", SurveySolutionsSimulator.DEMO_PASSWORD);
    properties.put("hq.storage-hosts", "localhost");
    properties.put("marketing.server", altcraft.uri().toString());
    properties.put("marketing.token", AltcraftSimulator.DEMO_TOKEN);
    properties.put("admissions.server", webadmit.uri().toString());
    properties.put("admissions.api-key", WebAdmitSimulator.DEMO_KEY);
    properties.put("admissions.storage-hosts", "localhost");
    return properties;
  }

  @Override
  public void close() {
    webadmit.close();
    altcraft.close();
    surveySolutions.close();
    storage.close();
  }
}
