package io.saddlebag.vendor.surveysolutions;

import io.saddlebag.run.Ledger;
import io.saddlebag.run.Printable;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StepFailure;
import io.saddlebag.run.Words;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code surveySolutionsV1}: tells a rebuilt file from the one that was there before. The
 * v1 API has no job ids and later servers never say Finished, so the date of the file must have
 * grown since before the start; both dates are the server's, so no clocks are compared (the sheet,
 * sections 2.2 and 3).
 */
public final class SurveySolutionsV1 {
  private static final String NEWER_THAN = "newer-than:";
  private static final String NOTHING = "nothing";
  private static final int UNREADABLE = 5;
  private static final Words WORDS = new Words();

  private final Ledger ledger;

  /** Looks runs up in this ledger. */
  public SurveySolutionsV1(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Makes the date of the file that is there the job's id: {@code newer-than:<time>}. It is also
   * what a lost start is told by.
   */
  public void rememberFile(Exchange exchange) {
    Instant date = date(exchange);
    String job = NEWER_THAN + (date == null ? NOTHING : date);
    exchange.setVariable(RunVariables.JOB_ID, job);
    exchange.setVariable(RunVariables.CREATE_MARK, job);
  }

  /** Whether the file that is there is {@code new}, {@code old} or {@code none}. */
  public String file(Exchange exchange) {
    Instant date = date(exchange);
    String job = exchange.getVariable(RunVariables.JOB_ID, String.class);
    if (date == null) {
      return "none";
    }
    if (job == null || !job.startsWith(NEWER_THAN)) {
      return "old";
    }
    String before = job.substring(NEWER_THAN.length());
    return before.equals(NOTHING) || date.isAfter(Instant.parse(before)) ? "new" : "old";
  }

  /** Whether an export of this type is queued or running: {@code yes} or {@code no}. */
  public String busy(Exchange exchange) {
    return body(exchange).get("RunningProcess") == null ? "no" : "yes";
  }

  /**
   * After a lost answer to a start: continues the export that is under way, or one whose file is
   * newer than the one that was there before the start. A run of an older version, which did not
   * keep that, goes by the clock; a server whose clock is behind makes it start again.
   */
  public void findStart(Exchange exchange) {
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    Instant sent = run.creatingAt();
    String mark = run.createMark();
    if (mark == null && sent != null) {
      mark = NEWER_THAN + sent;
    }
    exchange.setVariable(RunVariables.FOUND, "no");
    exchange.setVariable(RunVariables.JOB_ID, mark);
    if (busy(exchange).equals("yes")) {
      if (run.createMark() == null) {
        rememberFile(exchange);
      }
    } else if (!file(exchange).equals("new")) {
      exchange.setVariable(RunVariables.JOB_ID, null);
    }
  }

  private static @Nullable Instant date(Exchange exchange) {
    Map<?, ?> details = body(exchange);
    String date = WORDS.text(details, "LastUpdateDate");
    if (date == null || !"true".equals(WORDS.text(details, "HasExportedFile"))) {
      return null;
    }
    try {
      return OffsetDateTime.parse(date).toInstant();
    } catch (DateTimeParseException withoutOffset) {
      return withoutOffset(date);
    }
  }

  private static Instant withoutOffset(String date) {
    try {
      return LocalDateTime.parse(date).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException noDate) {
      throw new StepFailure.RetryLater(
          "BAD_ANSWER",
          "the server's answer to details says no time as LastUpdateDate, so it cannot be seen whether its"
              + " file is a new one; it says: "
              + Printable.excerpt(date),
          null,
          UNREADABLE,
          null);
    }
  }

  private static Map<?, ?> body(Exchange exchange) {
    Map<?, ?> body = exchange.getMessage().getBody(Map.class);
    return body == null ? Map.of() : body;
  }
}
