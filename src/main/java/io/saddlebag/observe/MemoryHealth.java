package io.saddlebag.observe;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down while the heap is nearly full of what is still needed. */
final class MemoryHealth extends AbstractHealthCheck {
  private final MemoryWatch memory;

  MemoryHealth(MemoryWatch memory) {
    super("saddlebag", "memory");
    this.memory = memory;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    memory
        .shortage()
        .ifPresentOrElse(sentence -> builder.message(sentence).down(), () -> builder.up());
  }
}
