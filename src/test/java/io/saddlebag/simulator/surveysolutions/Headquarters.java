package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.saddlebag.TestClock;
import io.saddlebag.simulator.storage.StorageSimulator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A simulated server with its storage and clock, and a client that calls it over HTTP. */
final class Headquarters implements AutoCloseable {
  /** How long a job waits, and how long each of the three phases of Running takes. */
  static final Duration PHASE = Duration.ofSeconds(10);

  static final String USER = "exporter";

  final TestClock clock = new TestClock(Instant.parse("2026-09-01T08:00:00.136270Z"));
  final StorageSimulator storage = new StorageSimulator(clock, 0);
  final SurveySolutionsSimulator server =
      new SurveySolutionsSimulator(clock, storage, 0).queue(PHASE).pace(PHASE.multipliedBy(3));

  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();

  Headquarters() {
    storage.start();
    server.start();
  }

  /** Archives are in S3, where Running has a fourth phase, the upload. */
  Headquarters inS3() {
    server.s3Storage(true).pace(PHASE.multipliedBy(4));
    return this;
  }

  /** Lets so many phases pass; a job is zipping after three and completed after four. */
  void pass(double phases) {
    clock.advance(Duration.ofMillis((long) (PHASE.toMillis() * phases)));
  }

  static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  static String exporter() {
    return basic(USER, SurveySolutionsSimulator.DEMO_PASSWORD);
  }

  /** The body of a create, with more fields in pairs of name and JSON text. */
  static String order(String type, String... more) {
    StringBuilder body =
        new StringBuilder("{\"ExportType\":\"" + type + "\",\"InterviewStatus\":\"All\"");
    body.append(",\"QuestionnaireId\":\"" + SurveySolutionsSimulator.DEMO_QUESTIONNAIRE + "\"");
    for (int i = 0; i < more.length; i += 2) {
      body.append(",\"" + more[i] + "\":" + more[i + 1]);
    }
    return body.append("}").toString();
  }

  HttpRequest.Builder to(String target) {
    return HttpRequest.newBuilder(URI.create(server.uri() + target))
        .header("Authorization", exporter());
  }

  HttpResponse<String> post(String workspace, String body) {
    return text(
        to("/" + workspace + "/api/v2/export")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  /** Creates a tabular export, or another, and gives its id. */
  long create(String body) {
    return json(post("primary", body)).path("JobId").asLong();
  }

  JsonNode status(long id) {
    return json(get("/primary/api/v2/export/" + id));
  }

  JsonNode cancel(long id) {
    return json(text(to("/primary/api/v2/export/" + id).DELETE()));
  }

  HttpResponse<String> get(String target) {
    return text(to(target).GET());
  }

  HttpResponse<byte[]> file(long id) {
    return bytes(to("/primary/api/v2/export/" + id + "/file").GET());
  }

  HttpResponse<byte[]> follow(HttpResponse<?> redirect) {
    return bytes(
        HttpRequest.newBuilder(URI.create(redirect.headers().firstValue("Location").orElseThrow()))
            .GET());
  }

  HttpResponse<String> text(HttpRequest.Builder request) {
    return send(request, BodyHandlers.ofString());
  }

  HttpResponse<byte[]> bytes(HttpRequest.Builder request) {
    return send(request, BodyHandlers.ofByteArray());
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + response.body(), e);
    }
  }

  /** The entries of a zip and their text. */
  static Map<String, String> unzip(byte[] zip) {
    Map<String, String> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError("not a zip", e);
    }
    return entries;
  }

  @Override
  public void close() {
    server.close();
    storage.close();
  }

  private <T> HttpResponse<T> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request.build(), handler);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
