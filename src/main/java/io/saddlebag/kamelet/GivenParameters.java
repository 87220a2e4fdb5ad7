package io.saddlebag.kamelet;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.support.ExchangeHelper;

/**
 * Proves that a Kamelet was given no parameter that it does not declare. Camel ignores such a one
 * without a word, and makes one of what stands behind an {@code &} that was meant as a part of a
 * value. Safe for threads.
 */
public final class GivenParameters {
  /** What Camel's component adds to the parameters of a use. */
  private static final Set<String> CAMELS_OWN =
      Set.of(
          "bridgeErrorHandler",
          "location",
          "noErrorHandler",
          "parentRouteId",
          "routeId",
          "templateId",
          "uuid");

  private final Map<Route, Boolean> right = Collections.synchronizedMap(new WeakHashMap<>());

  private GivenParameters() {}

  /**
   * Looks at the use of the Kamelet that this exchange is in, if it is in one.
   *
   * @throws IllegalArgumentException when the use has another parameter
   */
  public static void require(Exchange exchange) {
    Route route = ExchangeHelper.getRoute(exchange);
    if (route != null && route.getEndpoint() instanceof KameletEndpoint source) {
      GivenParameters given = of(exchange.getContext());
      if (!given.right.containsKey(route)) {
        check(exchange.getContext(), source);
        given.right.put(route, true);
      }
    }
  }

  private static GivenParameters of(CamelContext context) {
    synchronized (context) {
      GivenParameters known =
          context.getCamelContextExtension().getContextPlugin(GivenParameters.class);
      if (known == null) {
        known = new GivenParameters();
        context.getCamelContextExtension().addContextPlugin(GivenParameters.class, known);
      }
      return known;
    }
  }

  private static void check(CamelContext context, KameletEndpoint source) {
    RouteTemplateDefinition template =
        context
            .getCamelContextExtension()
            .getContextPlugin(Model.class)
            .getRouteTemplateDefinition(source.getTemplateId());
    if (template == null || template.getTemplateParameters() == null) {
      return;
    }
    Set<String> declared =
        template.getTemplateParameters().stream()
            .map(RouteTemplateParameterDefinition::getName)
            .collect(Collectors.toSet());
    Set<String> others = new TreeSet<>();
    context.getEndpoints().stream()
        .filter(endpoint -> endpoint != source && endpoint instanceof KameletEndpoint)
        .map(KameletEndpoint.class::cast)
        .filter(use -> use.getTemplateId().equals(source.getTemplateId()))
        .filter(use -> use.getRouteId().equals(source.getRouteId()))
        .forEach(use -> others.addAll(use.getKameletProperties().keySet()));
    others.removeAll(declared);
    others.removeAll(CAMELS_OWN);
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          source.getTemplateId()
              + " has no parameter "
              + String.join(", ", others)
              + ": correct the name; where it is a part of a value behind a &, write the value as"
              + " RAW(value)");
    }
  }
}
