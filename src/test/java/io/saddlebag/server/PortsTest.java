package io.saddlebag.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.Saddlebag;
import io.saddlebag.TestRuntime;
import io.saddlebag.http.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ports that a runtime listens on, by sockets. */
class PortsTest {
  private static final String HEALTH = "GET /observe/health HTTP/1.1\r\n";

  @TempDir Path folder;
  private TestRuntime settings;
  private Saddlebag runtime;
  private int callbacks;
  private int management;

  @BeforeEach
  void set() throws Exception {
    callbacks = free();
    management = free();
    settings =
        new TestRuntime(folder)
            .with("callbacks.url", "http://127.0.0.1:" + callbacks)
            .with("callbacks.secret", "s3cr3t")
            .with("camel.server.enabled", "true")
            .with("camel.server.port", String.valueOf(callbacks))
            .with("camel.management.port", String.valueOf(management))
            .with("saddlebag.management.hosts", "saddlebag.example.org")
            .with("saddlebag.server.header-timeout", "500ms")
            .with("saddlebag.server.body-timeout", "700ms");
  }

  private static int free() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private void start() throws Exception {
    runtime =
        Saddlebag.start(
            new Saddlebag.Options(
                Path.of("application.properties"), settings.properties(), true, true),
            new Redactor(),
            Clock.systemUTC());
  }

  @AfterEach
  void stop() throws Exception {
    if (runtime != null) {
      runtime.close();
    }
  }

  private static Socket connect(String host, int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), 2000);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** The first line of the answer; empty when the connection is closed without one. */
  private static String status(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int read = in.read(); read >= 0 && read != '\r'; read = in.read()) {
      line.append((char) read);
    }
    return line.toString();
  }

  private String health(String host) throws IOException {
    try (Socket socket = connect("127.0.0.1", management)) {
      send(socket, HEALTH + "Host: " + host + "\r\nConnection: close\r\n\r\n");
      return status(socket);
    }
  }

  @Test
  void callbacks_are_taken_from_this_machine_only_unless_told_otherwise() throws Exception {
    start();
    connect("127.0.0.1", callbacks).close();
    // Whoever listens on all addresses listens on this one, too.
    assertThatThrownBy(() -> connect("127.0.0.2", callbacks)).isInstanceOf(IOException.class);
    stop();

    settings.with("saddlebag.callbacks.host", "0.0.0.0");
    start();
    connect("127.0.0.2", callbacks).close();
    stop();

    settings.with("camel.server.host", "127.0.0.2");
    start();
    connect("127.0.0.2", callbacks).close();
    assertThatThrownBy(() -> connect("127.0.0.1", callbacks)).isInstanceOf(IOException.class);
  }

  @Test
  void health_is_told_under_names_of_its_own_only() throws Exception {
    start();

    String own = health("127.0.0.1:" + management);
    assertThat(own).matches("HTTP/1.1 (200 OK|503 .*)");
    for (String host :
        new String[] {"localhost", "[::1]:9876", "LOCALHOST.:1", "saddlebag.example.org:443"}) {
      assertThat(health(host)).as(host).isEqualTo(own);
    }
    for (String host :
        new String[] {
          "evil.example", "evil.example:9876", "127.0.0.1.evil.example", "localhos", ""
        }) {
      assertThat(health(host)).as(host).doesNotContain(" 200 ").doesNotContain(" 503 ");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_sender_that_never_ends_its_header_is_cut_off(boolean ofCallbacks) throws Exception {
    start();
    try (Socket socket = connect("127.0.0.1", ofCallbacks ? callbacks : management)) {
      send(socket, "POST /callbacks/s3cr3t/x HTTP/1.1\r\nHost: localhost\r\n");
      assertCutOff(socket, "X: y\r\n");
    }
  }

  @Test
  void a_sender_that_never_ends_its_body_is_cut_off() throws Exception {
    start();
    try (Socket socket = connect("127.0.0.1", callbacks)) {
      send(
          socket,
          "POST /callbacks/s3cr3t/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
      assertCutOff(socket, "x");
    }
  }

  /** Sends a little now and then, which meets any limit of idle time, until nobody is there. */
  private static void assertCutOff(Socket socket, String little) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(8).toNanos();
    socket.setSoTimeout(100);
    while (System.nanoTime() < until) {
      try {
        send(socket, little);
        if (socket.getInputStream().read() < 0) {
          return;
        }
      } catch (java.net.SocketTimeoutException stillOpen) {
        continue;
      } catch (IOException reset) {
        return;
      }
    }
    throw new AssertionError("the connection is still open");
  }

  @Test
  void a_connection_that_is_used_in_time_is_kept() throws Exception {
    start();
    try (Socket socket = connect("127.0.0.1", management)) {
      for (int request = 0; request < 3; request++) {
        send(socket, "HEAD /observe/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(status(socket)).startsWith("HTTP/1.1 ");
        String line = status(socket);
        while (!line.strip().isEmpty()) {
          line = status(socket);
        }
        socket.getInputStream().read();
      }
    }
  }
}
