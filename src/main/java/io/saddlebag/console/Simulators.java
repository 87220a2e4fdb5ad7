package io.saddlebag.console;

import io.saddlebag.simulator.alida.AlidaSimulator;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import io.saddlebag.simulator.commcare.CommCareSimulator;
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
  private final AlidaSimulator alida;
  private final CommCareSimulator commcare;
  private final SurveySolutionsSimulator oldSurveySolutions;

  /** Starts them on ports from this one on, or on free ones for 0. */
  Simulators(Clock clock, int firstPort, Duration pace) {
    storage = new StorageSimulator(clock, port(firstPort, 0));
    surveySolutions = new SurveySolutionsSimulator(clock, storage, port(firstPort, 1)).pace(pace);
    altcraft = new AltcraftSimulator(clock, port(firstPort, 2)).pace(pace.dividedBy(3));
    webadmit = new WebAdmitSimulator(clock, storage, port(firstPort, 3)).pace(pace.dividedBy(3));
    alida = new AlidaSimulator(clock, storage, port(firstPort, 4)).pace(pace.dividedBy(3));
    commcare = new CommCareSimulator(clock, port(firstPort, 5));
    oldSurveySolutions =
        new SurveySolutionsSimulator(clock, storage, port(firstPort, 6))
            .pace(pace.dividedBy(4))
            .v1Only(false);
    storage.start();
    alida.start();
    commcare.start();
    oldSurveySolutions.start();
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
    properties.put("community.server", alida.uri().toString());
    properties.put("community.community", AlidaSimulator.DEMO_COMMUNITY);
    properties.put("community.client-id", AlidaSimulator.DEMO_CLIENT_ID);
    properties.put("community.client-secret", AlidaSimulator.DEMO_CLIENT_SECRET);
    properties.put("community.storage-hosts", "localhost");
    properties.put("health.server", commcare.uri().toString());
    properties.put("health.domain", CommCareSimulator.DEMO_DOMAIN);
    properties.put("health.user", CommCareSimulator.DEMO_USER);
    properties.put("health.password", CommCareSimulator.DEMO_PASSWORD);
    properties.put("health.api-key", CommCareSimulator.DEMO_API_KEY);
    properties.put("oldhq.server", oldSurveySolutions.uri().toString());
    properties.put("oldhq.user", "exporter");
    properties.put("oldhq.password", SurveySolutionsSimulator.DEMO_PASSWORD);
    return properties;
  }

  @Override
  public void close() {
    oldSurveySolutions.close();
    commcare.close();
    alida.close();
    webadmit.close();
    altcraft.close();
    surveySolutions.close();
    storage.close();
  }
}
