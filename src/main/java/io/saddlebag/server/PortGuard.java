package io.saddlebag.server;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the ports for callbacks and for health: slow senders are cut off, and the port for health
 * answers to its own names only. Camel makes these servers with the Vert.x that it finds, which is
 * ours; it is made when the first of them is. Thread-safe.
 */
public final class PortGuard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PortGuard.class);
  private static final long CLOSE_SECONDS = 2;

  private final Limits limits;
  private @Nullable Vertx vertx;
  private @Nullable SlowSenders slowSenders;

  /**
   * What a sender may take.
   *
   * @param header for a request's header
   * @param body for the rest of it
   */
  public record Limits(Duration header, Duration body) {}

  /** Guards with these limits. */
  public PortGuard(Limits limits) {
    this.limits = limits;
  }

  /** Lets a context make its servers with this; before it makes any. */
  public void bind(CamelContext camel) {
    camel.getRegistry().bind("saddlebag-vertx", Vertx.class, this::vertx);
  }

  private synchronized Vertx vertx() {
    Vertx made = vertx;
    if (made == null) {
      made = new Guarded((VertxInternal) Vertx.vertx());
      vertx = made;
    }
    return made;
  }

  /** Makes servers that tell of each connection. */
  private final class Guarded extends VertxWrapper {
    private final SlowSenders senders;

    private Guarded(VertxInternal delegate) {
      super(delegate);
      senders = new SlowSenders(delegate, limits.header(), limits.body());
      slowSenders = senders;
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
      // As long as a client could still choose HTTP/2, Vert.x tells of no connection.
      return super.createHttpServer(options.setHttp2ClearTextEnabled(false))
          .connectionHandler(senders::connected);
    }
  }

  /**
   * Guards what a started context listens on.
   *
   * @param managementHosts names of the port for health, with commas between them
   */
  public synchronized void guard(CamelContext camel, String managementHosts) {
    SlowSenders senders = slowSenders;
    if (senders == null) {
      return;
    }
    OwnNames names = new OwnNames(managementHosts);
    for (VertxPlatformHttpRouter router :
        camel.getRegistry().findByType(VertxPlatformHttpRouter.class)) {
      router.route().order(Integer.MIN_VALUE).handler(senders::begun);
      if (router.isManagementServer()) {
        router.route().order(Integer.MIN_VALUE + 1).handler(names::check);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (vertx == null) {
      return;
    }
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("The servers for callbacks and health do not end: {}", e.toString());
    }
    vertx = null;
  }
}
