package io.saddlebag.export;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An export as a user configured it, checked against its Kamelet's declaration.
 *
 * @param name the id of the user's route
 * @param file the route file
 * @param kamelet the Kamelet in its {@code from}
 * @param vendor the vendor's slug
 * @param flow the vendor flow whose routes carry it, for example {@code webadmit}
 * @param downloadOnly whether there is nothing to create or to poll
 * @param connection the prefix of the properties of one account at the vendor
 * @param schedule a Quartz cron expression, null when it runs on demand only
 * @param timeZone the zone of the schedule and of relative dates
 * @param catchUp whether a schedule that was missed while down runs once at start
 * @param pollMin the shortest wait between polls
 * @param pollMax the longest wait between polls
 * @param deadline how long the vendor has, from the request of a run to its staged file
 * @param onDeadline what becomes of the vendor's job at the deadline
 * @param onLostCreate what to do when nobody can tell whether the vendor has the job of a create
 *     request
 * @param incremental how the vendor's exports can bring only what is new; null when they cannot
 * @param parameters all parameters, typed as declared; those without a value are absent
 */
public record ExportDefinition(
    String name,
    Path file,
    String kamelet,
    String vendor,
    String flow,
    boolean downloadOnly,
    String connection,
    @Nullable String schedule,
    ZoneId timeZone,
    boolean catchUp,
    Duration pollMin,
    Duration pollMax,
    Duration deadline,
    OnDeadline onDeadline,
    OnLostCreate onLostCreate,
    @Nullable Incremental incremental,
    Map<String, Object> parameters) {

  /** Copies the parameters. */
  public ExportDefinition {
    parameters = Map.copyOf(parameters);
  }

  /** The value of a parameter as text, null without one. */
  public @Nullable String text(String parameter) {
    Object value = parameters.get(parameter);
    return value == null ? null : value.toString();
  }

  /** The time of day, in its zone, by which a run is expected to have ended; null for none. */
  public @Nullable LocalTime expectBy() {
    String time = text("expectBy");
    return time == null ? null : LocalTime.parse(time);
  }

  /** Whether the user wants only what is new since the last delivered run. */
  public boolean wantsIncrements() {
    return incremental != null && Boolean.TRUE.equals(parameters.get("incremental"));
  }

  /** What becomes of the vendor's job at the deadline. */
  public enum OnDeadline {
    /** The vendor's job is cancelled. */
    CANCEL,
    /** The vendor's job is left alone. */
    LEAVE
  }

  /** What to do when nobody can tell whether the vendor got the create request. */
  public enum OnLostCreate {
    /** Create again unless the request was answered; at worst the vendor works twice. */
    RECREATE,
    /** End the run and leave the decision to the operator. */
    FAIL
  }
}
