package io.saddlebag.run;

import io.saddlebag.export.Durations;
import io.saddlebag.export.ExportDefinition;
import io.saddlebag.export.Incremental;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a run asks for: a fixed window, a period such as {@code yesterday}, or what is new
 * since the last run that ended well. Everything counts from the time in the run's id, so a run
 * that is continued, or caught up later, asks for the same.
 */
public final class Windows {
  private final Checkpoints checkpoints;
  private final Function<ExportDefinition, String> scopes;

  /**
   * Windows that continue from these checkpoints.
   *
   * @param scopes tells which values an export's checkpoint belongs to
   */
  public Windows(Checkpoints checkpoints, Function<ExportDefinition, String> scopes) {
    this.checkpoints = checkpoints;
    this.scopes = scopes;
  }

  /**
   * What a run asks for.
   *
   * @param window the span of time; null for everything
   * @param scope the values that the checkpoint belongs to
   * @param checkpoint what it continues from; null when it begins anew
   * @param next what the next run continues from, if that is known before the file is there
   * @param nothingNew whether no time has passed that could be asked for
   */
  public record Plan(
      @Nullable Window window,
      String scope,
      @Nullable String checkpoint,
      @Nullable String next,
      boolean nothingNew) {

    private static Plan alone(@Nullable Window window, String scope) {
      return new Plan(window, scope, null, null, false);
    }
  }

  /** The values that an export's checkpoints belong to now. */
  public String scope(ExportDefinition export) {
    return scopes.apply(export);
  }

  /** Plans a run of an export that declares how it can be incremental. */
  public Plan plan(Run run, ExportDefinition export, Incremental how) {
    String scope = scope(export);
    if (run.window() != null) {
      return Plan.alone(run.window(), scope);
    }
    if (!export.wantsIncrements()) {
      return Plan.alone(fixed(run, export, how), scope);
    }
    @Nullable String checkpoint =
        checkpoints.find(run.export(), scope).map(Checkpoint::token).orElse(null);
    return switch (how.kind()) {
      case TOKEN -> new Plan(null, scope, checkpoint, null, false);
      case DAYS -> days(run, export, how, scope, checkpoint);
      case SECONDS -> seconds(run, export, how, scope, checkpoint);
    };
  }

  private static @Nullable Window fixed(Run run, ExportDefinition export, Incremental how) {
    String period = export.text("period");
    if (period != null) {
      LocalDate[] days = days(period, LocalDate.ofInstant(run.at(), export.timeZone()));
      return new Window(days[0].toString(), days[1].toString());
    }
    if (how.kind() == Incremental.Kind.TOKEN) {
      return null;
    }
    String from = export.text(how.from());
    String to = how.to() == null ? null : export.text(how.to());
    return from == null && to == null ? null : new Window(from, to);
  }

  /** From the last delivered day on, less the overlap, up to the last whole day. */
  private static Plan days(
      Run run,
      ExportDefinition export,
      Incremental how,
      String scope,
      @Nullable String checkpoint) {
    LocalDate last =
        LocalDate.ofInstant(run.at().minus(duration(export, "windowMargin")), export.timeZone())
            .minusDays(1);
    String first = String.valueOf(export.text(how.from()));
    LocalDate from =
        checkpoint == null
            ? LocalDate.parse(first)
            : LocalDate.parse(checkpoint)
                .plusDays(1)
                .minusDays(duration(export, "windowOverlap").toDays());
    boolean nothing =
        last.isBefore(from) || (checkpoint != null && !last.isAfter(LocalDate.parse(checkpoint)));
    Window window = new Window(from.toString(), last.toString());
    return nothing
        ? new Plan(null, scope, checkpoint, null, true)
        : new Plan(window, scope, checkpoint, last.toString(), false);
  }

  /** From the end of the last delivered window on, less the overlap, up to now less the margin. */
  private static Plan seconds(
      Run run,
      ExportDefinition export,
      Incremental how,
      String scope,
      @Nullable String checkpoint) {
    Instant end = run.at().minus(duration(export, "windowMargin")).truncatedTo(ChronoUnit.SECONDS);
    @Nullable String from =
        checkpoint == null
            ? export.text(how.from())
            : Instant.parse(checkpoint).minus(duration(export, "windowOverlap")).toString();
    @Nullable String start = checkpoint == null ? from : checkpoint;
    boolean nothing = start != null && !end.isAfter(Instant.parse(start));
    return nothing
        ? new Plan(null, scope, checkpoint, null, true)
        : new Plan(new Window(from, end.toString()), scope, checkpoint, end.toString(), false);
  }

  private static Duration duration(ExportDefinition export, String parameter) {
    String text = export.text(parameter);
    return text == null ? Duration.ZERO : Durations.parse(text).orElseThrow();
  }

  /** The first and the last day of a period, seen from a day. */
  static LocalDate[] days(String period, LocalDate today) {
    LocalDate lastMonth = today.minusMonths(1);
    return switch (period) {
      case "today" -> new LocalDate[] {today, today};
      case "yesterday" -> new LocalDate[] {today.minusDays(1), today.minusDays(1)};
      case "last-7-days" -> new LocalDate[] {today.minusDays(7), today.minusDays(1)};
      case "last-30-days" -> new LocalDate[] {today.minusDays(30), today.minusDays(1)};
      case "this-month" -> new LocalDate[] {today.withDayOfMonth(1), today};
      case "last-month" ->
          new LocalDate[] {
            lastMonth.withDayOfMonth(1), lastMonth.with(TemporalAdjusters.lastDayOfMonth())
          };
      default -> throw new IllegalArgumentException("unknown period " + period);
    };
  }
}
