package io.saddlebag;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server on loopback whose every byte and every close a test decides; not HTTP's own manners. */
public final class RawServer implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)");

  private final ServerSocket server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /** What is done on each connection. */
  @FunctionalInterface
  public interface Manners {
    void talk(Peer peer) throws IOException;
  }

  /** One connection, as the server sees it. */
  public final class Peer {
    private final Socket socket;

    private Peer(Socket socket) {
      this.socket = socket;
    }

    /** The next request, head and body, one character a byte; null when there is none. */
    public @Nullable String request() throws IOException {
      InputStream in = socket.getInputStream();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return null;
        }
        bytes.write(next);
      }
      Matcher length = LENGTH.matcher(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.write(in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0));
      String request = bytes.toString(StandardCharsets.ISO_8859_1);
      requests.add(request);
      return request;
    }

    /** Sends bytes, one for each character. */
    public void send(String bytes) throws IOException {
      send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /** Sends an answer of known length, its header lines without line ends. */
    public void answer(String status, String body, String... headers) throws IOException {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Waits until the client sends something or goes away. */
    public void awaitByte() throws IOException {
      socket.getInputStream().read();
    }

    /** Breaks the connection off. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    /** The socket itself. */
    public Socket socket() {
      return socket;
    }
  }

  /** A server with these manners. */
  public RawServer(Manners manners) throws IOException {
    this(null, manners);
  }

  /** A server with these manners, over TLS where it has what to prove itself with. */
  public RawServer(@Nullable SSLContext tls, Manners manners) throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    server =
        tls == null
            ? new ServerSocket(0, 50, loopback)
            : tls.getServerSocketFactory().createServerSocket(0, 50, loopback);
    start(() -> accept(manners));
  }

  private void accept(Manners manners) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        start(() -> talk(socket, manners));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void talk(Socket socket, Manners manners) {
    try (socket) {
      manners.talk(new Peer(socket));
    } catch (IOException wentAway) {
      // The client closed it, or the test is over.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "raw server");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it listens. */
  public int port() {
    return server.getLocalPort();
  }

  /** Its address over plain HTTP. */
  public String address() {
    return "http://127.0.0.1:" + port();
  }

  /** Every request that it read to the end, in order. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** How many of its requests begin so. */
  public long count(String start) {
    return requests.stream().filter(request -> request.startsWith(start)).count();
  }

  /** The value of a header in a request; null when it has none. */
  public static @Nullable String header(String request, String name) {
    Matcher matcher =
        Pattern.compile("(?im)^" + Pattern.quote(name) + ":[ \\t]*([^\\r\\n]*)").matcher(request);
    return matcher.find() ? matcher.group(1) : null;
  }

  /** Passes bytes on, both ways, until one side has no more. */
  public static void join(Socket one, Socket other) throws IOException {
    start(
        () -> {
          try {
            one.getInputStream().transferTo(other.getOutputStream());
            other.shutdownOutput();
          } catch (IOException | UncheckedIOException wentAway) {
            // The other direction ends, too.
          }
        });
    other.getInputStream().transferTo(one.getOutputStream());
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
