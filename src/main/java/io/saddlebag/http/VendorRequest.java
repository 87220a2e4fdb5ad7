package io.saddlebag.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.xml.XmlMapper;
import io.saddlebag.export.Connection;
import io.saddlebag.run.RunState;
import io.saddlebag.run.RunVariables;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpConstants;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code vendorRequest}: makes the message that goes to the vendor's API from the route's
 * variables {@code request} (method and target template), {@code requestBody} (JSON template) and
 * {@code requestFormat} ({@code json} or {@code xml}), and takes them away, so that nothing of one
 * request can reach the next.
 */
public final class VendorRequest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final XmlMapper XML = new XmlMapper();

  private final RunConnection connections;
  private final AccessTokens tokens;
  private final VendorCalls calls;

  /** Requests over the run's connection. */
  public VendorRequest(RunConnection connections, AccessTokens tokens, VendorCalls calls) {
    this.connections = connections;
    this.tokens = tokens;
    this.calls = calls;
  }

  /** Fills the message; everything that was in it before is gone. */
  public void prepare(Exchange exchange) {
    Connection connection = connections.of(exchange);
    String[] request = take(exchange, "request").split(" ", 2);
    RequestTemplate template = template(exchange, connection);
    Authorization kind = Authorization.kindOf(connection);
    String format = exchange.getVariable("requestFormat", "json", String.class);

    Message message = exchange.getMessage();
    message.removeHeaders("*");
    exchange.removeVariable(RunVariables.HTTP_STATUS);
    String target = template.target(request[1]);
    exchange.setVariable("requestPath", Links.path(target));
    exchange.setVariable(VendorAnswer.CALL, request[0] + " " + Links.path(target));
    target(message, connection.server(), target, connection);
    message.setHeader(HttpConstants.HTTP_METHOD, request[0]);
    calls.before(exchange, connection);
    if (!request[0].equals("GET")) {
      exchange.setVariable(RunVariables.REQUEST_SENT, true);
    }
    if (creating(exchange)) {
      message.setHeader(FreshConnections.WANTED, true);
    }
    message.setHeader("Accept", format.equals("xml") ? "application/xml" : "application/json");
    if (kind != Authorization.BODY) {
      Authorization.credentials(connection, tokens)
          .forEach(credential -> message.setHeader(credential.header(), credential.value()));
    }
    String bodyTemplate = exchange.getVariable("requestBody", String.class);
    exchange.removeVariable("requestBody");
    message.setBody(null);
    if (bodyTemplate != null) {
      JsonNode body = template.json(bodyTemplate);
      if (kind == Authorization.BODY && body instanceof ObjectNode object) {
        object.put("token", connection.get("token"));
      }
      message.setHeader(
          Exchange.CONTENT_TYPE, format.equals("xml") ? "application/xml" : "application/json");
      message.setBody(bytes(body, format));
    }
  }

  /** In a create step a request may order something, whatever its method says. */
  private static boolean creating(Exchange exchange) {
    return RunState.REQUESTED
        .name()
        .equals(exchange.getVariable(RunVariables.RUN_STATE, String.class));
  }

  /** The exact target on the connection's server, behind its path prefix. */
  static void target(Message message, URI server, String target, Connection connection) {
    HostPolicy.check(server, connection);
    UnaskedCoding.leaveToUs(message.getExchange());
    message.setHeader(HttpConstants.HTTP_URI, Links.origin(server.toString()).toString());
    message.setHeader(VendorHttpClient.EXACT_TARGET, Links.prefix(server) + Links.encode(target));
  }

  static RequestTemplate template(Exchange exchange, Connection connection) {
    return new RequestTemplate(
        name ->
            name.startsWith("connection.")
                ? connection.find(name.substring("connection.".length())).orElse(null)
                : exchange.getVariable(name));
  }

  private static String take(Exchange exchange, String variable) {
    String value = exchange.getVariable(variable, String.class);
    if (value == null || value.indexOf(' ') < 0) {
      throw new IllegalStateException(
          "the route must set the variable request to \"<METHOD> <target>\"");
    }
    exchange.removeVariable(variable);
    return value;
  }

  private static byte[] bytes(JsonNode body, String format) {
    try {
      return format.equals("xml")
          ? XML.writer()
              .withRootName("xml")
              .writeValueAsString(body)
              .getBytes(StandardCharsets.UTF_8)
          : JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a request of plain values must print", e);
    }
  }

  /** An XML answer as JSON text, so that the routes read both alike. */
  static String xmlToJson(String xml) throws JsonProcessingException {
    @Nullable JsonNode tree = XML.readTree(xml);
    return JSON.writeValueAsString(tree);
  }
}
