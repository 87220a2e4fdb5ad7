package io.saddlebag.shaping;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.camel.Exchange;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** Camel with the real Kamelets and a route in YAML, as in a project of somebody else's. */
final class KameletContext implements AutoCloseable {
  private final DefaultCamelContext camel = new DefaultCamelContext();

  KameletContext(Path work, Properties properties) {
    camel.getShutdownStrategy().setTimeout(1);
    properties.setProperty("shaping.folder", work.toString());
    camel.getPropertiesComponent().setOverrideProperties(properties);
    camel
        .getComponent("kamelet", KameletComponent.class)
        .setLocation("file:" + Path.of("routes/delivery").toAbsolutePath());
  }

  /** Loads routes. */
  KameletContext routes(String yaml) throws Exception {
    Resource resource =
        ResourceHelper.fromBytes("test.camel.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
    if (!camel.isStarted()) {
      camel.start();
    }
    return this;
  }

  /** Camel itself. */
  DefaultCamelContext camel() {
    return camel;
  }

  /** Sends a file to an endpoint. */
  Exchange send(String endpoint, Path file) {
    return camel
        .createProducerTemplate()
        .send(
            endpoint,
            exchange -> {
              exchange.getMessage().setBody(file.toFile());
              exchange.getMessage().setHeader(Exchange.FILE_NAME, file.getFileName().toString());
              exchange.getMessage().setHeader("SaddlebagReceipt", "receipt of the archive");
              exchange.getMessage().setHeader("SaddlebagSha256", "digest of the archive");
              exchange.getMessage().setHeader("SaddlebagContentType", "type of the archive");
            });
  }

  @Override
  public void close() throws java.io.IOException {
    camel.close();
  }
}
