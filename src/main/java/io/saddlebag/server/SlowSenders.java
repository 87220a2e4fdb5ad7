package io.saddlebag.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Closes connections whose sender takes too long, whether it sends nothing or a byte now and then:
 * a limit of idle time alone is met by one byte in time, and each such connection takes an open
 * file from the transfers. Thread-safe.
 */
final class SlowSenders {
  private final Vertx vertx;
  private final Duration header;
  private final Duration body;

  /** The timer of each connection that waits for a request's header. */
  private final Map<HttpConnection, Long> waiting = new ConcurrentHashMap<>();

  /**
   * Closes with these limits.
   *
   * @param header from the connection, or the answer before, to the last byte of a request's header
   * @param body from there to the last byte of the request
   */
  SlowSenders(Vertx vertx, Duration header, Duration body) {
    this.vertx = vertx;
    this.header = header;
    this.body = body;
  }

  /** Somebody has connected. */
  void connected(HttpConnection connection) {
    await(connection);
    connection.closeHandler(closed -> forget(connection));
  }

  private void await(HttpConnection connection) {
    long timer = vertx.setTimer(header.toMillis(), late -> connection.close());
    Long before = waiting.put(connection, timer);
    if (before != null) {
      vertx.cancelTimer(before);
    }
  }

  private void forget(HttpConnection connection) {
    Long timer = waiting.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  /** A request's header is there. */
  void begun(RoutingContext request) {
    HttpConnection connection = request.request().connection();
    forget(connection);
    long timer =
        vertx.setTimer(
            body.toMillis(),
            late -> {
              if (!request.request().isEnded()) {
                connection.close();
              }
            });
    request.addEndHandler(
        ended -> {
          vertx.cancelTimer(timer);
          if (ended.succeeded()) {
            await(connection);
          }
        });
    request.next();
  }
}
