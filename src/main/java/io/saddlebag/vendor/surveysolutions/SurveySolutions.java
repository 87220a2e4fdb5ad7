package io.saddlebag.vendor.surveysolutions;

import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import io.saddlebag.run.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code surveySolutions}: tells our job from others. The server answers a create with any
 * running job of the same month's window (the sheet, section 2.1), and after a lost answer the job
 * must be found in its list.
 */
public final class SurveySolutions {
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(2);
  private static final Duration OTHER_JOB = Duration.ofSeconds(30);
  private static final int UNREADABLE = 5;
  private static final Words WORDS = new Words();

  private final Ledger ledger;

  /** Finds jobs with this ledger's knowledge of earlier ones. */
  public SurveySolutions(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Throws when the job in the answer is not the one that was ordered; it is ordered again later.
   */
  public void requireEcho(Exchange exchange) {
    if (!(exchange.getMessage().getBody() instanceof Map<?, ?> job) || job.get("JobId") == null) {
      throw new StepFailure.RetryLater(
          "BAD_ANSWER",
          "the server accepted the create request but its answer is no job",
          null,
          UNREADABLE,
          null);
    }
    if (unreadable(job.get("From")) || unreadable(job.get("To"))) {
      throw new StepFailure.RetryLater(
          "BAD_ANSWER",
          "the server's answer to the order names a time that is none, so it cannot be seen whether the"
              + " job is the one that was ordered",
          null,
          UNREADABLE,
          null);
    }
    if (!ordered(exchange, job)) {
      throw new StepFailure.NotSent(
          "OTHER_JOB_RUNNING",
          "the server answered with the running job "
              + WORDS.text(job, "JobId")
              + " of other parameters, as it does for another window of the same month; ours is ordered"
              + " when that one has ended",
          OTHER_JOB);
    }
  }

  /** Chooses, of the list in the body, the job that a lost create request made. */
  public void chooseJob(Exchange exchange) {
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    if (!(exchange.getMessage().getBody() instanceof List<?> jobs)) {
      throw new StepFailure.RetryLater(
          "BAD_ANSWER",
          "the server was asked for its list of jobs, and its answer is no list",
          null,
          UNREADABLE,
          null);
    }
    exchange.setVariable(RunVariables.FOUND, "no");
    for (Object entry : jobs) {
      String id = WORDS.text(entry, "JobId");
      if (id != null
          && entry instanceof Map<?, ?> job
          && ordered(exchange, job)
          && !ledger.runs().isOfAnother(id, run)) {
        String made = made(job, run);
        if (made.equals("yes")) {
          exchange.setVariable(RunVariables.JOB_ID, id);
          return;
        }
        if (made.equals("unknown")) {
          exchange.setVariable(RunVariables.FOUND, "unknown");
        }
      }
    }
  }

  /**
   * Whether a job was made by the run's create request: {@code yes}, {@code no} or {@code unknown}.
   * A job that is under way would be the answer to a new request too; an ended one must be young
   * enough, and one without a date that can be read proves nothing.
   */
  private static String made(Map<?, ?> job, Run run) {
    String status = String.valueOf(job.get("ExportStatus"));
    if (status.equals("Created") || status.equals("Running")) {
      return "yes";
    }
    Object date = job.get("CreateDate") == null ? job.get("StartDate") : job.get("CreateDate");
    Instant created = instant(date);
    Instant asked = run.creatingAt();
    if (created == null || asked == null) {
      return "unknown";
    }
    return created.isBefore(asked.minus(CLOCK_DIFFERENCE)) ? "no" : "yes";
  }

  private static boolean ordered(Exchange exchange, Map<?, ?> job) {
    return same(exchange.getVariable("exportType", String.class), job.get("ExportType"))
        && plainGuid(exchange.getVariable("questionnaire", String.class))
            .equals(plainGuid(String.valueOf(job.get("QuestionnaireId"))))
        && same(exchange.getVariable("interviewStatus", String.class), job.get("InterviewStatus"))
        && sameTime(exchange.getVariable(RunVariables.WINDOW_FROM, String.class), job.get("From"))
        && sameTime(exchange.getVariable(RunVariables.WINDOW_TO, String.class), job.get("To"))
        && sameGuid(exchange.getVariable("translation", String.class), job.get("TranslationId"))
        && sameIfSent(
            exchange.getVariable("paradataReduced", Boolean.class), job.get("ParadataReduced"));
  }

  private static boolean same(String asked, @Nullable Object echoed) {
    return asked.equalsIgnoreCase(String.valueOf(echoed));
  }

  /** Servers before 25.04 do not echo it at all. */
  private static boolean sameIfSent(@Nullable Boolean asked, @Nullable Object echoed) {
    return asked == null || echoed == null || asked.equals(echoed);
  }

  private static boolean sameGuid(@Nullable String asked, @Nullable Object echoed) {
    return asked == null
        ? echoed == null
        : echoed != null && plainGuid(asked).equals(plainGuid(echoed.toString()));
  }

  private static String plainGuid(String guid) {
    return guid.replace("-", "").toLowerCase(Locale.ROOT);
  }

  private static boolean sameTime(@Nullable String asked, @Nullable Object echoed) {
    if (asked == null || echoed == null) {
      return asked == null && echoed == null;
    }
    return Instant.parse(asked).equals(instant(echoed));
  }

  private static boolean unreadable(@Nullable Object date) {
    return date != null && instant(date) == null;
  }

  /** The server's dates are UTC and mostly do not say so. */
  private static @Nullable Instant instant(@Nullable Object date) {
    if (date == null) {
      return null;
    }
    String text = date.toString();
    try {
      return text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException unreadable) {
      return null;
    }
  }
}
