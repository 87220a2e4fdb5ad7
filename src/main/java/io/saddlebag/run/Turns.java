package io.saddlebag.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whose turn it is: each connection has a share of a node's threads, so that a vendor that answers
 * slowly holds up its own runs and nobody else's. A run over the share waits without a thread, in
 * the order in which runs came; who ends a step says who is to be woken.
 *
 * <p>Without a limit that is set, a connection takes no more threads than it leaves free: of 16 a
 * first vendor that hangs gets 8, a second one 4, a third one 2, and there is one left for the
 * next. The only connection that there is takes them all. Thread-safe.
 */
final class Turns {
  private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Who was woken, or meant to look again, and does not come for so long has gone elsewhere. */
  private static final long LOST = Duration.ofSeconds(5).toNanos();

  private final EngineSettings settings;
  private final BiFunction<String, Lane, OptionalInt> limits;
  private final IntSupplier connections;
  private final LongSupplier ticks;
  private final Map<Lane, Map<String, Line>> lines = new EnumMap<>(Lane.class);

  /** The runs of one connection in one lane. */
  private static final class Line {
    private final Set<String> underWay = new HashSet<>();
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private long last;
  }

  private static final class Waiting {
    private final long number;
    private long looksAgain;
    private boolean roused;

    private Waiting(long number) {
      this.number = number;
    }
  }

  /**
   * Turns of a node.
   *
   * @param limits how many runs of a connection may be under way in a lane; nothing for a fair
   *     share
   * @param connections how many connections there are
   * @param ticks nanoseconds that only grow
   */
  Turns(
      EngineSettings settings,
      BiFunction<String, Lane, OptionalInt> limits,
      IntSupplier connections,
      LongSupplier ticks) {
    this.settings = settings;
    this.limits = limits;
    this.connections = connections;
    this.ticks = ticks;
    for (Lane lane : Lane.values()) {
      lines.put(lane, new TreeMap<>());
    }
  }

  /**
   * Begins the step of a run, or has it wait.
   *
   * @param hold asked when there is room: how long something else keeps the run waiting
   * @return nothing when it has begun, else after how long it looks again unless it is woken before
   */
  synchronized Optional<Duration> begin(
      String run, String connection, Lane lane, Supplier<Optional<Duration>> hold) {
    Line line = lanes(lane).computeIfAbsent(connection, unknown -> new Line());
    int room = room(line, connection, lane);
    dropLost(line, room);
    Optional<Duration> held = Optional.of(Duration.ZERO);
    if (among(line, run, room)) {
      held = hold.get();
      if (held.isEmpty()) {
        line.waiting.remove(run);
        line.underWay.add(run);
        return held;
      }
    }
    Waiting waiting = line.waiting.computeIfAbsent(run, unknown -> new Waiting(line.last++));
    waiting.roused = false;
    Duration wait = wait(held.orElse(Duration.ZERO), waiting.number - first(line));
    waiting.looksAgain = ticks.getAsLong() + wait.toNanos();
    return Optional.of(wait);
  }

  /** The step of a run has ended; gives back who may begin now, and is to be woken. */
  synchronized List<Roused> end(String run, String connection, Lane lane) {
    Line line = lanes(lane).get(connection);
    if (line != null) {
      line.underWay.remove(run);
    }
    List<Roused> roused = new ArrayList<>();
    lanes(lane).forEach((name, other) -> rouse(other, name, lane, roused));
    return roused;
  }

  /** Something else that kept runs of a connection waiting is over. */
  synchronized List<Roused> opened(String connection) {
    List<Roused> roused = new ArrayList<>();
    for (Lane lane : Lane.values()) {
      Line line = lanes(lane).get(connection);
      if (line != null) {
        rouse(line, connection, lane, roused);
      }
    }
    return roused;
  }

  /** Whether a run was called while it was about to wait. */
  synchronized boolean roused(String run, String connection, Lane lane) {
    Line line = lanes(lane).get(connection);
    Waiting waiting = line == null ? null : line.waiting.get(run);
    return waiting != null && waiting.roused;
  }

  /** A run to wake. */
  record Roused(String run, Lane lane) {}

  private Map<String, Line> lanes(Lane lane) {
    return lines.getOrDefault(lane, Map.of());
  }

  private int room(Line line, String connection, Lane lane) {
    int threads = settings.threads(lane);
    int own = line.underWay.size();
    OptionalInt limit = limits.apply(connection, lane);
    if (limit.isPresent()) {
      return Math.max(0, Math.min(limit.getAsInt(), threads) - own);
    }
    if (connections.getAsInt() <= 1) {
      return Math.max(0, threads - own);
    }
    int used = lanes(lane).values().stream().mapToInt(one -> one.underWay.size()).sum();
    return Math.max(0, (threads - used - own + 1) / 2);
  }

  /** Whether a run is one of the first that wait, or finds room behind all that do. */
  private static boolean among(Line line, String run, int room) {
    if (!line.waiting.containsKey(run)) {
      return line.waiting.size() < room;
    }
    return line.waiting.keySet().stream().limit(room).anyMatch(run::equals);
  }

  private static long first(Line line) {
    return line.waiting.values().iterator().next().number;
  }

  private void rouse(Line line, String connection, Lane lane, List<Roused> roused) {
    int room = line.waiting.isEmpty() ? 0 : room(line, connection, lane);
    dropLost(line, room);
    Iterator<Map.Entry<String, Waiting>> all = line.waiting.entrySet().iterator();
    for (int i = 0; i < room && all.hasNext(); i++) {
      Map.Entry<String, Waiting> next = all.next();
      Waiting waiting = next.getValue();
      if (!waiting.roused) {
        waiting.roused = true;
        waiting.looksAgain = ticks.getAsLong();
        roused.add(new Roused(next.getKey(), lane));
      }
    }
  }

  /** Runs that were cancelled, or that another node carries on, must not keep others waiting. */
  private void dropLost(Line line, int room) {
    long now = ticks.getAsLong();
    Iterator<Waiting> all = line.waiting.values().iterator();
    int kept = 0;
    while (kept < room && all.hasNext()) {
      if (now - all.next().looksAgain > LOST) {
        all.remove();
      } else {
        kept++;
      }
    }
  }

  /**
   * The more wait before it, the later it looks again by itself: looks are bounded by the second.
   */
  private static Duration wait(Duration held, long ahead) {
    Duration each = held.compareTo(BETWEEN_LOOKS) > 0 ? held : BETWEEN_LOOKS;
    Duration first = held.compareTo(FIRST_LOOK) > 0 ? held : FIRST_LOOK;
    Duration wait = first.plus(each.multipliedBy(ahead));
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
