package io.saddlebag.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server on a loopback port that records what it is asked, shows scripted faults, and
 * otherwise answers as its vendor does. Thread-safe; subclasses guard their own state.
 */
public abstract class Simulator implements AutoCloseable {
  private static final int RECORDED_BODY_BYTES = 1 << 20;

  private final String host;
  private final String scheme;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(Simulator::daemon);
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final FaultScript faults = new FaultScript();
  private final Clock clock;

  /**
   * Binds the server; it answers from {@link #start} on.
   *
   * @param host the loopback name it is reached by, {@code 127.0.0.1} or {@code localhost}
   * @param port the port, 0 for a free one
   */
  protected Simulator(String host, int port, Clock clock) {
    this(host, port, null, clock);
  }

  /**
   * Binds the server with TLS.
   *
   * @param tls what it proves itself with, null for plain HTTP
   */
  protected Simulator(String host, int port, @Nullable SSLContext tls, Clock clock) {
    this.host = host;
    this.scheme = tls == null ? "http" : "https";
    this.clock = clock;
    try {
      InetSocketAddress address = new InetSocketAddress("127.0.0.1", port);
      if (tls == null) {
        server = HttpServer.create(address, 256);
      } else {
        HttpsServer secure = HttpsServer.create(address, 256);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        server = secure;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on port " + port + ": " + e.getMessage(), e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /** Begins to answer. */
  public void start() {
    server.start();
  }

  /** Where it is reached, for example {@code http://127.0.0.1:41234}. */
  public URI uri() {
    return URI.create(scheme + "://" + host + ":" + server.getAddress().getPort());
  }

  /** Everything it was asked since it started, in order. */
  public List<RecordedRequest> requests() {
    return List.copyOf(requests);
  }

  /** How many requests fit. */
  public long count(Predicate<RecordedRequest> fits) {
    return requests.stream().filter(fits).count();
  }

  /** What it is told to do wrong. */
  public FaultScript faults() {
    return faults;
  }

  /** The clock that its states follow. */
  protected Clock clock() {
    return clock;
  }

  /** Answers one request as the vendor would. */
  protected abstract boolean answer(Call call) throws IOException;

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    // An exception out of here makes the server close the connection: that is the dropped reply.
    RecordedRequest request = record(exchange);
    Call call = new Call(exchange, request);
    Optional<Fault> fault = faults.take(request);
    if (fault.isEmpty() || !fault.get().apply(call)) {
      answer(call);
    }
  }

  private RecordedRequest record(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(RECORDED_BODY_BYTES);
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    RecordedRequest request =
        new RecordedRequest(
            clock.instant(),
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            Map.copyOf(headers),
            body);
    requests.add(request);
    return request;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "simulator");
    thread.setDaemon(true);
    return thread;
  }
}
