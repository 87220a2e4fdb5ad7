package io.saddlebag.simulator.alida;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** One batch that was ordered. */
final class Batch {
  final String id;
  final String file;
  final JsonNode options;
  final Instant created;
  int succeededPolls;

  Batch(int number, JsonNode options, Instant created) {
    this.id = "5b3c1a52-0000-4000-8000-%012d".formatted(number);
    this.file = "5b3c1a52-0000-4000-8001-%012d".formatted(number);
    this.options = options;
    this.created = created;
  }
}
