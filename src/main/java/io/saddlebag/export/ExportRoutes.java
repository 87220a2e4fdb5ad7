package io.saddlebag.export;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.DelayDefinition;
import org.apache.camel.model.IdempotentConsumerDefinition;
import org.apache.camel.model.LoadBalanceDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.ResequenceDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SamplingDefinition;
import org.apache.camel.model.ThreadsDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Camel routes of exports, each made when a file of its export is to be delivered and dropped
 * again when many others have been used since: a thousand that stay would take minutes to make and
 * half a gigabyte (docs/decisions/0030-routes-when-they-are-needed.md). Thread-safe.
 */
public final class ExportRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ExportRoutes.class);

  /** So many stay made while nobody uses them. */
  private static final int KEPT = 32;

  /** Steps that remember what passed them, or go on with it when the message has gone through. */
  private static final List<Class<? extends ProcessorDefinition<?>>> REMEMBERING =
      List.of(
          AggregateDefinition.class,
          ResequenceDefinition.class,
          ThrottleDefinition.class,
          SamplingDefinition.class,
          IdempotentConsumerDefinition.class,
          CircuitBreakerDefinition.class,
          LoadBalanceDefinition.class,
          DelayDefinition.class,
          ThreadsDefinition.class);

  private final ModelCamelContext camel;
  private final ExportCheck check;
  private final Map<String, Known> known = new HashMap<>();

  /** The shapes of routes that Camel has taken. */
  private final Set<String> taken = new HashSet<>();

  /** Those that are made, the one that was used longest ago first. */
  private final Map<String, Made> made = new LinkedHashMap<>(16, 0.75f, true);

  private record Known(ExportFile file, ExportFile.DeclaredRoute route) {}

  private static final class Made {
    private final Known known;
    private final boolean lasting;
    private int users;

    Made(Known known, boolean lasting) {
      this.known = known;
      this.lasting = lasting;
    }
  }

  /** Routes in this context. */
  public ExportRoutes(CamelContext camel, ExportCheck check) {
    this.camel = (ModelCamelContext) camel;
    this.check = check;
  }

  /** The routes of an export for as long as this is open. */
  @FunctionalInterface
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Makes the routes of an export where they are not there, and keeps them while they are held. An
   * export whose routes stay, or that is not known, is not looked after here.
   *
   * @throws IllegalStateException when Camel refuses them, though it took them before
   */
  public synchronized Hold hold(String export) {
    Known wanted = known.get(export);
    if (wanted == null) {
      return () -> {};
    }
    Made held = made.get(export);
    if (held == null) {
      held = making(wanted);
    }
    Made using = held;
    using.users++;
    return () -> release(using);
  }

  private Made making(Known wanted) {
    try {
      return make(wanted);
    } catch (Exception e) {
      remove(wanted.file(), List.of(wanted.route()));
      throw new IllegalStateException(
          "the routes of " + wanted.route().id() + " cannot be made: " + e.getMessage(), e);
    }
  }

  private synchronized void release(Made used) {
    used.users--;
    List<Made> idle = made.values().stream().filter(one -> one.users == 0 && !one.lasting).toList();
    for (Made old : idle.subList(0, Math.max(0, Math.min(idle.size(), made.size() - KEPT)))) {
      drop(old);
    }
  }

  /**
   * Takes a route over. Where Camel has not yet taken one that is the same to it, this one is made,
   * so that Camel says what is wrong with it while nothing is at stake.
   */
  synchronized void add(ExportFile file, ExportFile.DeclaredRoute route) throws Exception {
    // Camel wants ids that differ: where they may not, it shall see both.
    for (Known other : List.copyOf(known.values())) {
      if (route.stepIds().stream().anyMatch(other.route().stepIds()::contains)
          && !made.containsKey(String.valueOf(other.route().id()))) {
        make(other);
      }
    }
    Known wanted = new Known(file, route);
    String shape = check.shape(file, route);
    if (!taken.contains(shape)) {
      Made tried = make(wanted);
      taken.add(shape);
      if (made.size() > KEPT && !tried.lasting) {
        drop(tried);
      }
    }
    known.put(String.valueOf(route.id()), wanted);
  }

  /** Forgets a route; what is under way in it gets the time of a stop. */
  synchronized void remove(ExportFile.DeclaredRoute route) {
    known.remove(String.valueOf(route.id()));
    Made running = made.get(String.valueOf(route.id()));
    if (running != null) {
      drop(running);
    }
  }

  /** The file of the route of this id, made or not; empty when there is none here. */
  synchronized String location(String id) {
    Known route = known.get(id);
    return route == null ? "" : route.file().path().toString();
  }

  private Made make(Known wanted) throws Exception {
    String id = String.valueOf(wanted.route().id());
    withoutManagement(
        () ->
            load(
                wanted.file(),
                check.loadable(wanted.file(), element -> id.equals(element.route()))));
    Made making = new Made(wanted, remembers(wanted));
    made.put(id, making);
    return making;
  }

  private void drop(Made old) {
    made.remove(String.valueOf(old.known.route().id()));
    remove(old.known.file(), List.of(old.known.route()));
  }

  /** Lets Camel load a text that stands for a file, or for a part of it. */
  void load(ExportFile file, String text) throws Exception {
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(ResourceHelper.fromString(file.path().toString(), text));
  }

  private interface Making {
    void run() throws Exception;
  }

  /** What comes and goes is not shown to JMX, which takes longer over a route than Camel itself. */
  private void withoutManagement(Making making) throws Exception {
    ManagementAgent agent = camel.getManagementStrategy().getManagementAgent();
    if (agent == null) {
      making.run();
      return;
    }
    Boolean before = agent.getRegisterNewRoutes();
    agent.setRegisterNewRoutes(false);
    try {
      making.run();
    } finally {
      agent.setRegisterNewRoutes(before);
    }
  }

  private boolean remembers(Known wanted) {
    List<String> ids = new ArrayList<>(wanted.file().stepRoutes(wanted.route()));
    ids.add(String.valueOf(wanted.route().id()));
    for (String id : ids) {
      RouteDefinition definition = camel.getRouteDefinition(id);
      if (definition != null && remembers(definition.getOutputs())) {
        return true;
      }
    }
    return false;
  }

  private static boolean remembers(List<ProcessorDefinition<?>> steps) {
    return !ProcessorDefinitionHelper.filterTypeInOutputs(steps, WireTapDefinition.class).isEmpty()
        || REMEMBERING.stream()
            .anyMatch(
                kind -> !ProcessorDefinitionHelper.filterTypeInOutputs(steps, kind).isEmpty());
  }

  /**
   * Takes routes of a file out of the context. The Kamelet's own routes first: they would otherwise
   * stay and hold on to the delivery endpoint. Those of the steps last, when nothing leads to them
   * any more, with their endpoints: one that stays makes no route when the same text comes back. So
   * does that of a Kamelet in a from whose route Camel refused.
   */
  void remove(ExportFile file, Collection<ExportFile.DeclaredRoute> routes) {
    List<String> ids = new ArrayList<>();
    Set<String> starts =
        Set.copyOf(routes.stream().map(route -> "direct://deliver-" + route.id()).toList());
    for (Route running : camel.getRoutes()) {
      if (starts.contains(running.getEndpoint().getEndpointUri())) {
        ids.add(running.getRouteId());
      }
    }
    routes.forEach(route -> ids.add(String.valueOf(route.id())));
    routes.forEach(route -> ids.addAll(file.stepRoutes(route)));
    ids.forEach(this::removeRoute);
    List<String> kamelets = new ArrayList<>();
    for (ExportFile.DeclaredRoute route : routes) {
      kamelets.addAll(file.stepRoutes(route));
      if (route.kamelet() != null) {
        kamelets.add(ExportFile.sourceId(route));
      }
    }
    removeEndpoints(Set.copyOf(kamelets));
  }

  private void removeRoute(String id) {
    try {
      RouteDefinition definition = camel.getRouteDefinition(id);
      if (definition != null) {
        // Its route goes with it, if it could be built.
        camel.removeRouteDefinition(definition);
      } else if (camel.getRoute(id) != null) {
        camel.getRouteController().stopRoute(id);
        camel.removeRoute(id);
      }
    } catch (Exception e) {
      LOG.error("The route {} cannot be removed", id, e);
    }
  }

  private void removeEndpoints(Set<String> kamelets) {
    for (Endpoint endpoint : List.copyOf(camel.getEndpoints())) {
      String uri = endpoint.getEndpointUri();
      if (uri.startsWith("kamelet:") && kamelets.contains(route(uri))) {
        try {
          camel.removeEndpoint(endpoint);
        } catch (Exception e) {
          LOG.error("The endpoint of the route {} cannot be removed", route(uri), e);
        }
      }
    }
  }

  /** The id of the route in the address of a Kamelet. */
  private static String route(String uri) {
    int question = uri.indexOf('?');
    String address = question < 0 ? uri : uri.substring(0, question);
    return address.substring(address.lastIndexOf('/') + 1);
  }
}
