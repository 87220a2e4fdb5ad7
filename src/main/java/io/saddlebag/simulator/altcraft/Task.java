package io.saddlebag.simulator.altcraft;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * An export that was ordered, as tasks/status shows it (the sheet's section 2.3).
 *
 * @param id its id, with or without the prefix
 * @param created when it was ordered
 * @param word what it ends with
 * @param kind which export it is
 * @param source the form's id, or the id of the database or segment
 * @param total how many records it holds
 * @param urls where its files are, as the vendor writes them for this kind
 */
record Task(
    String id, Instant created, String word, Kind kind, int source, int total, List<String> urls) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** The exports that share tasks/status; a result differs with the kind (section 2.2). */
  enum Kind {
    FORM_FILLS,
    DATABASE,
    SEGMENT
  }

  Task {
    urls = List.copyOf(urls);
  }

  boolean succeeded() {
    return word.equals("completed") || word.equals("success");
  }

  /** Whether three thirds have passed since it was ordered. */
  boolean ended(Instant now, Duration third) {
    return !now.isBefore(created.plus(third.multipliedBy(3)));
  }

  /** How far it is, 0 to 99; for one that never ends it stays at 99. */
  int progress(Instant now, Duration third) {
    return percent(age(now), third.multipliedBy(3));
  }

  /** The same, but starting again with every third (item 5). */
  int progressThatJumpsBack(Instant now, Duration third) {
    return third.isZero() ? 99 : percent(age(now) % third.toNanos(), third);
  }

  private long age(Instant now) {
    return Duration.between(created, now).toNanos();
  }

  private static int percent(long nanos, Duration whole) {
    return whole.isZero() ? 99 : (int) Math.min(99, nanos * 100.0 / whole.toNanos());
  }

  /** The result of a task that succeeded; a link that is hidden is missing (items 8 and 9). */
  ObjectNode result(Link link) {
    ObjectNode result = NODES.objectNode();
    if (kind == Kind.FORM_FILLS) {
      result.put("form_id", source).put("total", total);
      if (link != Link.MISSING) {
        result.put("url", link == Link.EMPTY ? "" : urls.get(0));
      }
      return result;
    }
    result.putArray("errors");
    result.put("source_id", source).put("total", total);
    result.put("type", kind == Kind.DATABASE ? "database" : "segment");
    if (link != Link.MISSING) {
      ArrayNode all = result.putArray("urls");
      if (link == Link.SHOWN) {
        urls.forEach(all::add);
      }
    }
    return result;
  }

  /** How a result shows its link. */
  enum Link {
    SHOWN,
    MISSING,
    EMPTY
  }
}
