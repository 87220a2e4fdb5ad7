package io.saddlebag.observe;

import io.saddlebag.export.Exports;
import io.saddlebag.export.Problem;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down while an export's route file is broken; the others run meanwhile. */
final class ExportsHealth extends AbstractHealthCheck {
  private final Exports exports;

  ExportsHealth(Exports exports) {
    super("saddlebag", "exports");
    this.exports = exports;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<Problem> problems = exports.problems();
    builder.detail("loaded", exports.all().size());
    if (problems.isEmpty()) {
      builder.up();
    } else {
      builder.message(problems.get(0).toString()).detail("problems", problems.size()).down();
    }
  }
}
