package io.saddlebag.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes objects as S3 does, over links that are slow each by itself, as those of a far store are:
 * 100 ms for each request with a body and 50 MB/s on a connection. What it takes is counted and
 * thrown away.
 */
final class SlowStore implements AutoCloseable {
  private static final double BYTES_PER_NANO = 50e6 / 1e9;
  private static final long EACH = TimeUnit.MILLISECONDS.toNanos(100);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong taken = new AtomicLong();

  /** Listens on a free port of loopback. */
  SlowStore() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 64);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Where it is. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How many bytes it was given since it was last asked. */
  long taken() {
    return taken.getAndSet(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getRawQuery();
    String asked = query == null ? "" : query;
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        take(exchange.getRequestBody());
        exchange.getResponseHeaders().set("ETag", "\"0123456789abcdef0123456789abcdef\"");
        answer(exchange, 200, "");
      }
      case "POST" -> {
        exchange.getRequestBody().readAllBytes();
        answer(
            exchange,
            200,
            asked.startsWith("uploads")
                ? "<InitiateMultipartUploadResult><Bucket>exports</Bucket><Key>k</Key>"
                    + "<UploadId>one</UploadId></InitiateMultipartUploadResult>"
                : "<CompleteMultipartUploadResult><Bucket>exports</Bucket><Key>k</Key>"
                    + "<ETag>\"0123456789abcdef0123456789abcdef-1\"</ETag>"
                    + "</CompleteMultipartUploadResult>");
      }
      case "GET" -> answer(exchange, 200, "<ListBucketResult></ListBucketResult>");
      default -> answer(exchange, 404, "");
    }
  }

  private void take(InputStream body) throws IOException {
    byte[] buffer = new byte[64 << 10];
    long start = System.nanoTime();
    long bytes = 0;
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      bytes += read;
      waitUntil(start + (long) (bytes / BYTES_PER_NANO));
    }
    waitUntil(System.nanoTime() + EACH);
    taken.addAndGet(bytes);
  }

  private static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void answer(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] body = xml.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(
        status, body.length == 0 || exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
    if (body.length > 0 && !exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
