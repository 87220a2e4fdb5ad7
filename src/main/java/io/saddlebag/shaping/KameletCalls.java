package io.saddlebag.shaping;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.jspecify.annotations.Nullable;

/**
 * Work that waits for the exchange that called a Kamelet. Camel gives a Kamelet a copy of the
 * caller's exchange and completes the copy when the Kamelet's own steps are over, while the steps
 * after it still need its files; so the caller's end is listened for. The caller's caller is not
 * known here: a Kamelet that wraps another has to deliver by itself. Safe for several threads.
 */
final class KameletCalls extends EventNotifierSupport {
  private final Map<String, List<Runnable>> waiting = new ConcurrentHashMap<>();

  private KameletCalls() {
    setIgnoreCamelContextEvents(true);
    setIgnoreCamelContextInitEvents(true);
    setIgnoreRouteEvents(true);
    setIgnoreServiceEvents(true);
    setIgnoreStepEvents(true);
    setIgnoreExchangeCreatedEvent(true);
    setIgnoreExchangeSentEvents(true);
    setIgnoreExchangeSendingEvents(true);
    setIgnoreExchangeRedeliveryEvents(true);
    setIgnoreExchangeAsyncProcessingStartedEvents(true);
  }

  /** The id of the exchange that called the Kamelet whose copy this is, null outside of one. */
  static @Nullable String caller(Exchange exchange) {
    boolean kamelet =
        exchange.getFromEndpoint() != null
            && exchange.getFromEndpoint().getEndpointUri().startsWith("kamelet:");
    return kamelet ? exchange.getProperty(ExchangePropertyKey.CORRELATION_ID, String.class) : null;
  }

  /** The one of a context; the first use adds it. */
  static KameletCalls of(CamelContext context) {
    synchronized (context) {
      for (var notifier : context.getManagementStrategy().getEventNotifiers()) {
        if (notifier instanceof KameletCalls calls) {
          return calls;
        }
      }
      KameletCalls calls = new KameletCalls();
      calls.setCamelContext(context);
      calls.start();
      context.getManagementStrategy().addEventNotifier(calls);
      context.getCamelContextExtension().setEventNotificationApplicable(true);
      return calls;
    }
  }

  /** Does this when the exchange of this id is done. */
  void afterwards(String caller, Runnable work) {
    waiting.computeIfAbsent(caller, id -> new CopyOnWriteArrayList<>()).add(work);
  }

  @Override
  public void notify(CamelEvent event) {
    if (event instanceof CamelEvent.ExchangeCompletedEvent done) {
      done(done.getExchange());
    } else if (event instanceof CamelEvent.ExchangeFailedEvent failed) {
      done(failed.getExchange());
    }
  }

  private void done(Exchange exchange) {
    List<Runnable> work = waiting.remove(exchange.getExchangeId());
    if (work != null) {
      work.forEach(Runnable::run);
    }
  }
}
