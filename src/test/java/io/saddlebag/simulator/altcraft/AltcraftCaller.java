package io.saddlebag.simulator.altcraft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Speaks to a simulator over a socket.
 *
 * @param client what it speaks with
 * @param base the base URL, without a trailing slash
 * @param token the bearer token
 */
record AltcraftCaller(HttpClient client, String base, String token) {
  static final String APRIL =
      "{\"id\": 1, \"date_from\": \"2026-04-01\", \"date_to\": \"2026-04-30\"}";
  private static final ObjectMapper JSON = new ObjectMapper();

  static AltcraftCaller of(AltcraftSimulator vendor) {
    return new AltcraftCaller(
        HttpClient.newHttpClient(), vendor.uri().toString(), AltcraftSimulator.DEMO_TOKEN);
  }

  AltcraftCaller at(String otherBase) {
    return new AltcraftCaller(client, otherBase, token);
  }

  AltcraftCaller with(String otherToken) {
    return new AltcraftCaller(client, base, otherToken);
  }

  /** The whole answer of an API method, in JSON. */
  JsonNode post(String method, String body) throws Exception {
    HttpResponse<byte[]> answer = send("POST", "/api/v1.1/" + method, body, "application/json");
    if (answer.statusCode() != 200) {
      throw new AssertionError("HTTP " + answer.statusCode() + " from " + method);
    }
    return JSON.readTree(answer.body());
  }

  /** The whole answer of an API method, in XML. */
  HttpResponse<byte[]> postXml(String method, String body) throws Exception {
    return send("POST", "/api/v1.1/" + method, body, "application/xml");
  }

  /** Orders April and gives the task's id. */
  String create() throws Exception {
    return post("forms/fills", APRIL).at("/data/task_id").asText();
  }

  JsonNode status(String task) throws Exception {
    return post("tasks/status", "{\"task_id\": \"" + task + "\"}");
  }

  HttpResponse<byte[]> get(String path) throws Exception {
    return send("GET", path, "", "text/plain");
  }

  /** Sends anything; an empty token sends no Authorization. */
  HttpResponse<byte[]> send(String method, String path, String body, String type) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
    return JSON.readTree(answer.body());
  }
}
