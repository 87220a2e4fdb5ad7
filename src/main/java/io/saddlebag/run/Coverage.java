package io.saddlebag.run;

import io.saddlebag.export.Incremental;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which time the delivered windows of an export cover, and which they leave out. */
public final class Coverage {
  private final boolean days;

  /** Coverage in a vendor's grain: whole days, or seconds. */
  public Coverage(Incremental.Kind kind) {
    if (kind == Incremental.Kind.TOKEN) {
      throw new IllegalArgumentException("tokens cover no time that could be compared");
    }
    this.days = kind == Incremental.Kind.DAYS;
  }

  private record Span(long from, long to) {}

  /** The parts of a window that none of the others covers, in order. */
  public List<Window> gaps(Window wanted, List<Window> covered) {
    Span whole = span(wanted);
    List<Span> spans =
        covered.stream().map(this::span).sorted(Comparator.comparingLong(Span::from)).toList();
    List<Window> gaps = new ArrayList<>();
    long at = whole.from();
    for (Span span : spans) {
      if (span.from() > at && at < whole.to()) {
        gaps.add(window(at, Math.min(span.from(), whole.to())));
      }
      at = Math.max(at, span.to());
    }
    if (at < whole.to()) {
      gaps.add(window(at, whole.to()));
    }
    return gaps;
  }

  /** The same time as these windows cover, in as few windows as that takes, in order. */
  static List<Window> joined(List<Window> windows) {
    boolean seconds =
        windows.stream().anyMatch(window -> String.valueOf(window.to()).contains("T"));
    Coverage coverage = new Coverage(seconds ? Incremental.Kind.SECONDS : Incremental.Kind.DAYS);
    List<Span> joined = new ArrayList<>();
    windows.stream()
        .map(coverage::span)
        .sorted(Comparator.comparingLong(Span::from))
        .forEach(
            span -> {
              Span last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
              if (last != null && span.from() <= last.to()) {
                joined.set(
                    joined.size() - 1, new Span(last.from(), Math.max(last.to(), span.to())));
              } else {
                joined.add(span);
              }
            });
    return joined.stream().map(span -> coverage.window(span.from(), span.to())).toList();
  }

  /** A window cut into pieces of at most this length. */
  public List<Window> pieces(Window window, Duration longest) {
    Span whole = span(window);
    long step = Math.max(1, days ? longest.toDays() : longest.toSeconds());
    List<Window> pieces = new ArrayList<>();
    for (long at = whole.from(); at < whole.to(); at += step) {
      pieces.add(window(at, Math.min(at + step, whole.to())));
    }
    return pieces;
  }

  /**
   * A window from what people write: days, or times in UTC where the vendor counts in seconds. A
   * day then means its beginning.
   */
  public Window parse(String from, String to) {
    Window window = new Window(moment(from), moment(to));
    Span span = span(window);
    if (span.from() >= span.to()) {
      throw new IllegalArgumentException("the window " + window + " ends before it begins");
    }
    return window;
  }

  /** Throws, with an example, when a text is no moment in this grain. */
  public void requireMoment(String text) {
    if (!moment(text).equals(text)) {
      throw new IllegalArgumentException("\"" + text + "\" is not exact: write " + moment(text));
    }
  }

  private String moment(String text) {
    try {
      if (days) {
        return LocalDate.parse(text).toString();
      }
      return (text.contains("T")
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant())
          .toString();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" is not a "
              + (days ? "day: write 2026-04-30" : "time: write 2026-04-30T00:00:00Z"),
          e);
    }
  }

  private Span span(Window window) {
    @Nullable String from = window.from();
    String to = Objects.requireNonNull(window.to(), "an open window covers nothing that is known");
    return new Span(
        from == null ? Long.MIN_VALUE : number(from), days ? number(to) + 1 : number(to));
  }

  private long number(String moment) {
    return days ? LocalDate.parse(moment).toEpochDay() : Instant.parse(moment).getEpochSecond();
  }

  private Window window(long from, long to) {
    @Nullable String start = null;
    if (from != Long.MIN_VALUE) {
      start = days ? LocalDate.ofEpochDay(from).toString() : Instant.ofEpochSecond(from).toString();
    }
    return new Window(
        start,
        days ? LocalDate.ofEpochDay(to - 1).toString() : Instant.ofEpochSecond(to).toString());
  }
}
