package io.saddlebag.recipes;

import io.saddlebag.docs.Recipe;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The broker of the recipe jms: a real one on a free port, which keeps nothing on disk. */
final class Broker implements AutoCloseable {
  private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
  private final String url;

  /** A broker that answers. */
  Broker() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      url = "tcp://127.0.0.1:" + free.getLocalPort();
    }
    broker.setConfiguration(
        new ConfigurationImpl()
            .setPersistenceEnabled(false)
            .setSecurityEnabled(false)
            .setJMXManagementEnabled(false)
            .addAcceptorConfiguration("tcp", url));
    broker.start();
  }

  /** The properties of the recipe. */
  Map<String, String> properties() throws IOException {
    Map<String, String> properties = new TreeMap<>(Recipe.of("jms").properties());
    properties.put("broker.url", url);
    properties.put("broker.password", "of-the-broker");
    return properties;
  }

  /** Connections for who looks into the queues; to be closed. */
  ActiveMQConnectionFactory connections() {
    return new ActiveMQConnectionFactory(url);
  }

  @Override
  public void close() throws Exception {
    broker.stop();
  }
}
