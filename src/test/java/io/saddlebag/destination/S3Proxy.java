package io.saddlebag.destination;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Stands before the S3 server: records what it is asked and does what it is told wrong. */
final class S3Proxy implements AutoCloseable {
  private static final Set<String> OWN =
      Set.of("host", "connection", "content-length", "expect", "transfer-encoding", "user-agent");

  private final URI server;
  private final HttpServer proxy;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "s3-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Fault fault = (request, exchange) -> false;

  /** What it was asked. */
  record Asked(String method, String uri, com.sun.net.httpserver.Headers headers) {
    /** Whether this is the upload of a part. */
    boolean part() {
      return method.equals("PUT") && uri.contains("partNumber=");
    }

    /** Whether this makes an object of the parts. */
    boolean complete() {
      return method.equals("POST") && uri.contains("uploadId=");
    }

    /** Whether this begins an upload in parts. */
    boolean begin() {
      return method.equals("POST") && uri.contains("?uploads");
    }
  }

  /** Does something else than the server; says whether it did. */
  interface Fault {
    /** Answers, or leaves the answer to the server. */
    boolean apply(Asked request, HttpExchange exchange) throws IOException;
  }

  /** A proxy before this server. */
  S3Proxy(URI server) throws IOException {
    this.server = server;
    this.proxy = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 64);
    proxy.setExecutor(threads);
    proxy.createContext("/", this::handle);
    proxy.start();
  }

  /** Where it is. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + proxy.getAddress().getPort());
  }

  /** What it was asked, in order. */
  List<Asked> asked() {
    return asked;
  }

  /** The first request that fits. */
  Asked first(Predicate<Asked> fits) {
    return asked.stream().filter(fits).findFirst().orElseThrow();
  }

  /** Answers with an S3 error so many times. */
  void refuse(int times, Predicate<Asked> which, int status, String code) {
    limited(
        times,
        which,
        exchange -> {
          exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream());
          byte[] xml =
              ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>"
                      + code
                      + "</Code><Message>no</Message></Error>")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/xml");
          exchange.sendResponseHeaders(status, xml.length);
          exchange.getResponseBody().write(xml);
          exchange.close();
        });
  }

  /** Closes the connection in the middle of the body so many times. */
  void drop(int times, Predicate<Asked> which) {
    limited(
        times,
        which,
        exchange -> {
          exchange.getRequestBody().readNBytes(1 << 18);
          throw new IOException("dropped, as told");
        });
  }

  /** Holds the nth request of a kind until it is closed; the latch falls when it has come. */
  CountDownLatch hold(int nth, Predicate<Asked> which) {
    CountDownLatch reached = new CountDownLatch(1);
    AtomicInteger seen = new AtomicInteger();
    fault =
        (request, exchange) -> {
          if (!which.test(request) || seen.incrementAndGet() != nth) {
            return false;
          }
          exchange.getRequestBody().readNBytes(1 << 20);
          reached.countDown();
          return exchange.getRequestBody().transferTo(java.io.OutputStream.nullOutputStream()) >= 0;
        };
    return reached;
  }

  /** What a test does before a request goes on. */
  interface Work {
    void run() throws Exception;
  }

  /** Does something before each request of a kind goes on to the server. */
  void before(Predicate<Asked> which, Work work) {
    around(which, work, () -> {});
  }

  /** Does something before each request of a kind, and after its answer. */
  void around(Predicate<Asked> which, Work first, Work then) {
    fault =
        (request, exchange) -> {
          if (!which.test(request)) {
            return false;
          }
          try {
            first.run();
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.setStreams(new java.io.ByteArrayInputStream(body), null);
            then.run();
          } catch (Exception e) {
            throw new IOException(e);
          }
          return false;
        };
  }

  /** Holds all requests of a kind until this is closed; the latch falls when one has come. */
  CountDownLatch holdUntilClosed(Predicate<Asked> which) {
    CountDownLatch reached = new CountDownLatch(1);
    fault =
        (request, exchange) -> {
          if (!which.test(request)) {
            return false;
          }
          reached.countDown();
          try {
            closed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new IOException("held until the proxy was closed");
        };
    return reached;
  }

  private interface Answer {
    void give(HttpExchange exchange) throws IOException;
  }

  private void limited(int times, Predicate<Asked> which, Answer answer) {
    AtomicInteger left = new AtomicInteger(times);
    fault =
        (request, exchange) -> {
          if (!which.test(request) || left.getAndDecrement() <= 0) {
            return false;
          }
          answer.give(exchange);
          return true;
        };
  }

  private void handle(HttpExchange exchange) throws IOException {
    Asked request =
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders());
    asked.add(request);
    if (!fault.apply(request, exchange)) {
      forward(request, exchange);
    }
  }

  private void forward(Asked request, HttpExchange exchange) throws IOException {
    HttpRequest.Builder sent = HttpRequest.newBuilder(URI.create(server + request.uri()));
    request
        .headers()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> sent.header(name, value));
              }
            });
    String length = request.headers().getFirst("Content-Length");
    HttpRequest.BodyPublisher body =
        length == null || length.equals("0")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofInputStream(exchange::getRequestBody),
                Long.parseLong(length));
    try {
      HttpResponse<InputStream> got =
          client.send(
              sent.method(request.method(), body).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      got.headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OWN.contains(name) && !name.startsWith(":")) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      byte[] answer = got.body().readAllBytes();
      exchange.sendResponseHeaders(got.statusCode(), answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    proxy.stop(0);
    threads.shutdownNow();
  }
}
