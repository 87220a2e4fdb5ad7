package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.OwnCertificate;
import io.saddlebag.RawServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do not keep what HTTP's persistent connections promise. */
class FreshConnectionsTest {
  private static final String KEPT = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private Calls calls;

  /** What a server does after its first answer on a connection. */
  private enum Manner {
    CLOSES,
    SAYS_THAT_IT_CLOSES,
    RESETS,
    HALF_CLOSES,
    CLOSES_WHEN_THE_NEXT_REQUEST_COMES,
    RESETS_WHEN_THE_NEXT_REQUEST_COMES,
    READS_THE_NEXT_REQUEST_AND_CLOSES,
    SAYS_TIMEOUT_BEFORE_IT_CLOSES,
    SENDS_MORE_THAN_IT_ANNOUNCED;

    private void talk(RawServer.Peer peer) throws IOException {
      if (peer.request() == null) {
        return;
      }
      switch (this) {
        case SAYS_THAT_IT_CLOSES ->
            peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        case SAYS_TIMEOUT_BEFORE_IT_CLOSES ->
            peer.send(KEPT + "HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\n\r\nlate");
        case SENDS_MORE_THAN_IT_ANNOUNCED ->
            peer.send(KEPT + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
        default -> peer.send(KEPT);
      }
      switch (this) {
        case RESETS -> peer.reset();
        case HALF_CLOSES -> {
          peer.socket().shutdownOutput();
          peer.awaitByte();
        }
        case CLOSES_WHEN_THE_NEXT_REQUEST_COMES -> peer.awaitByte();
        case RESETS_WHEN_THE_NEXT_REQUEST_COMES -> {
          peer.awaitByte();
          peer.reset();
        }
        case READS_THE_NEXT_REQUEST_AND_CLOSES -> peer.request();
        case SENDS_MORE_THAN_IT_ANNOUNCED -> peer.request();
        default -> peer.socket().close();
      }
    }
  }

  @BeforeEach
  void open() {
    calls = new Calls(Proxies.none());
  }

  @AfterEach
  void close() {
    calls.close();
  }

  @ParameterizedTest
  @EnumSource(Manner.class)
  void every_request_is_answered_however_the_server_ends_its_connections(Manner manner)
      throws Exception {
    try (RawServer server = new RawServer(manner::talk)) {
      for (int i = 0; i < 8; i++) {
        String method = i % 3 == 2 ? "POST" : "GET";
        assertThat(calls.answer(method, server.address(), "/" + i, Map.of())).isEqualTo("200 ok");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
  void a_request_that_may_change_something_reaches_the_server_once(String method) throws Exception {
    try (RawServer server = new RawServer(Manner.READS_THE_NEXT_REQUEST_AND_CLOSES::talk)) {
      for (int i = 0; i < 3; i++) {
        calls.answer("GET", server.address(), "/list", Map.of());
        assertThat(calls.answer(method, server.address(), "/order", Map.of())).isEqualTo("200 ok");
      }

      assertThat(server.count(method + " /order")).isEqualTo(3);
    }
  }

  @Test
  void a_request_that_may_order_something_though_its_method_is_safe_reaches_the_server_once()
      throws Exception {
    try (RawServer server = new RawServer(Manner.READS_THE_NEXT_REQUEST_AND_CLOSES::talk)) {
      Map<String, String> create = Map.of(FreshConnections.WANTED, "true");
      for (int i = 0; i < 3; i++) {
        assertThat(calls.answer("GET", server.address(), "/start", create)).isEqualTo("200 ok");
      }

      assertThat(server.count("GET /start")).isEqualTo(3);
      assertThat(server.requests()).noneMatch(request -> request.contains("Saddlebag" + "Fresh"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void what_a_new_connection_does_not_answer_fails_and_is_not_sent_again(String method)
      throws Exception {
    try (RawServer server = new RawServer(RawServer.Peer::request)) {
      assertThat(calls.answer(method, server.address(), "/x", Map.of())).contains("NoHttpResponse");

      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void a_connection_that_its_server_keeps_is_used_again() throws Exception {
    Set<Integer> ports = ConcurrentHashMap.newKeySet();
    try (RawServer server =
        new RawServer(
            peer -> {
              while (peer.request() != null) {
                ports.add(peer.socket().getPort());
                peer.send(KEPT);
              }
            })) {
      for (int i = 0; i < 4; i++) {
        calls.answer("GET", server.address(), "/" + i, Map.of());
      }

      assertThat(ports).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"CLOSES", "RESETS", "CLOSES_WHEN_THE_NEXT_REQUEST_COMES"})
  void tls_changes_nothing(Manner manner, @TempDir Path folder) throws Exception {
    OwnCertificate certificate = OwnCertificate.make(folder);
    try (RawServer server = new RawServer(certificate.server(), manner::talk);
        Calls secure =
            new Calls(Proxies.none(), certificate.trustStore(), OwnCertificate.PASSWORD)) {
      String origin = "https://127.0.0.1:" + server.port();
      for (int i = 0; i < 6; i++) {
        String method = i % 3 == 2 ? "POST" : "GET";
        assertThat(secure.answer(method, origin, "/" + i, Map.of())).isEqualTo("200 ok");
      }
      assertThat(server.count("POST")).isEqualTo(2);
    }
  }
}
