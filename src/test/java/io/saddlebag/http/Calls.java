package io.saddlebag.http;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.http.HttpConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/** The real client in the real component, without routes. */
final class Calls implements AutoCloseable {
  private final CamelContext camel = new DefaultCamelContext();
  private final VendorHttpClient client;
  private final Endpoint endpoint;
  private final Producer producer;

  Calls(Proxies proxies) {
    this(proxies, null, null);
  }

  Calls(Proxies proxies, @Nullable Path trustStore, @Nullable String password) {
    client =
        new VendorHttpClient(
            new HttpSettings(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                4,
                trustStore,
                password,
                proxies),
            "Saddlebag/test",
            Clock.systemUTC());
    client.attachTo(camel.getComponent("http", HttpComponent.class));
    camel.start();
    endpoint =
        camel.getEndpoint("http:vendor-api?throwExceptionOnFailure=false&disableStreamCache=true");
    try {
      producer = endpoint.createProducer();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    producer.start();
  }

  /**
   * Sends one request and reads its answer to the end: the status and the text, or the exception.
   */
  String answer(String method, String origin, String target, Map<String, String> headers) {
    Exchange exchange = endpoint.createExchange();
    Message message = exchange.getMessage();
    message.setHeader(HttpConstants.HTTP_METHOD, method);
    message.setHeader(HttpConstants.HTTP_URI, origin);
    message.setHeader(VendorHttpClient.EXACT_TARGET, target);
    headers.forEach(message::setHeader);
    message.setBody(method.equals("GET") ? null : new byte[] {'{', '}'});
    try {
      producer.process(exchange);
      Message answer = exchange.getMessage();
      Object body = answer.getBody();
      try (InputStream in =
          body instanceof InputStream stream ? stream : InputStream.nullInputStream()) {
        return answer.getHeader(Exchange.HTTP_RESPONSE_CODE)
            + " "
            + new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      }
    } catch (Exception e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    client.close();
    producer.stop();
    camel.stop();
  }
}
