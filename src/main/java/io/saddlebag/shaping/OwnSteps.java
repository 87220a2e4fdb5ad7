package io.saddlebag.shaping;

import java.util.Collection;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.support.ExchangeHelper;

/**
 * Proves that what a Kamelet's sink gives away arrives in the steps of whoever used the Kamelet.
 *
 * <p>Camel drops it without a word where the Kamelet is used by {@code to}; and it keeps the steps
 * by the Kamelet's name and parameters, so that of two uses with the same ones the first gives its
 * files to the steps of the second.
 */
final class OwnSteps {
  private OwnSteps() {}

  /** Throws unless the Kamelet that this exchange is in has steps of its own. */
  static void require(Exchange exchange) {
    Route route = ExchangeHelper.getRoute(exchange);
    if (route == null || !(route.getEndpoint() instanceof KameletEndpoint source)) {
      return;
    }
    String kamelet = source.getTemplateId();
    if (source.getComponent().getKameletEip(kamelet + "/" + source.getRouteId()) == null) {
      throw new ShapingFailure(
          kamelet
              + " has no steps of its own that the files could go to; write it as kamelet: with"
              + " name, parameters and steps, not as to:");
    }
    if (uses(exchange, source) > 1) {
      throw new ShapingFailure(
          kamelet
              + " is used more than once with the same parameters, and Camel takes these for one;"
              + " give each a name of its own, as in name: "
              + kamelet
              + "/my-export");
    }
  }

  private static long uses(Exchange exchange, KameletEndpoint source) {
    return exchange
        .getContext()
        .getCamelContextExtension()
        .getContextPlugin(Model.class)
        .getRouteDefinitions()
        .stream()
        .map(
            route ->
                ProcessorDefinitionHelper.filterTypeInOutputs(
                    route.getOutputs(), KameletDefinition.class))
        .flatMap(Collection::stream)
        .map(use -> exchange.getContext().hasEndpoint("kamelet://" + use.getName()))
        .filter(
            used ->
                used instanceof KameletEndpoint one
                    && one.getTemplateId().equals(source.getTemplateId())
                    && one.getRouteId().equals(source.getRouteId()))
        .count();
  }
}
