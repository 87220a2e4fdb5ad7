package io.saddlebag.vendor.commcare;

import io.saddlebag.export.Durations;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StagedFile;
import io.saddlebag.run.StepFailure;
import io.saddlebag.staging.ErrorDocument;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The bean {@code commcare}: tells apart the answers that look alike (the sheet, sections 3 and 5)
 * and notices a saved export that the server no longer rebuilds (section 2.10).
 */
public final class CommCare {
  private static final String ANSWER = "commcareAnswer";

  /** What the receipt of an archive without members says. */
  private static final String NO_MEMBERS = "zip-empty";

  private static final Duration REBUILD_STOPS = Duration.ofDays(35);

  private final Ledger ledger;
  private final Clock clock;

  /** Compares files with those in this ledger. */
  public CommCare(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /** Says what the file must look like, by the parameter {@code format}. */
  public void describeFile(Exchange exchange) {
    String format = exchange.getVariable("format", String.class);
    boolean archive = List.of("csv", "raw", "zip").contains(format);
    exchange.setVariable("fileKind", archive ? "ZIP" : kind(format));
    exchange.setVariable(
        "fileName",
        exchange.getVariable("fileName", String.class) + "." + (archive ? "zip" : format));
  }

  private static String kind(String format) {
    return switch (format) {
      case "html" -> "HTML_TABLE";
      case "json" -> "JSON";
      case "xlsx" -> "XLSX";
      case "xls" -> "XLS";
      default -> "ANY";
    };
  }

  /**
   * Sets {@code commcareAnswer}: {@code file}, {@code empty-file}, {@code no-data}, {@code login},
   * {@code inactive}, {@code moved}, {@code unknown-token}, {@code not-found}, {@code
   * not-found-elsewhere} or {@code refused}. The redirect for "no data" counts only with its exact
   * path on the server itself: a login redirect is one, too. A 404 that an API or a gateway answers
   * is no page of CommCare's.
   */
  public void recognize(Exchange exchange) {
    int status = exchange.getVariable("httpStatus", 0, Integer.class);
    String location = exchange.getVariable("httpLocation", "", String.class);
    String text = exchange.getVariable("httpText", "", String.class);
    String domain = domain(exchange.getVariable("requestPath", "", String.class));
    String answer =
        switch (status) {
          case 200, 206 -> emptyArchive(exchange) ? "empty-file" : "file";
          case 404 -> notFound(text);
          case 400 -> "refused";
          default -> redirect(location, domain);
        };
    exchange.setVariable(ANSWER, answer);
  }

  private static String notFound(String text) {
    if (text.contains("No previous export with id")) {
      return "unknown-token";
    }
    return ErrorDocument.of(text.getBytes(StandardCharsets.UTF_8)).isPresent()
        ? "not-found-elsewhere"
        : "not-found";
  }

  private static String redirect(String location, String domain) {
    if (location.equals("/a/" + domain + "/data/excel_export_data/")) {
      return "no-data";
    }
    if (location.equals("/a/" + domain + "/login/") || location.equals("/accounts/login/")) {
      return "login";
    }
    return location.equals("/domain/select/") ? "inactive" : "moved";
  }

  private static String domain(String requestPath) {
    String[] parts = requestPath.split("/", -1);
    for (int i = 0; i + 1 < parts.length; i++) {
      if (parts[i].equals("a")) {
        return parts[i + 1];
      }
    }
    return "";
  }

  private boolean emptyArchive(Exchange exchange) {
    String run = exchange.getVariable(RunVariables.RUN_ID, String.class);
    return run != null
        && ledger.receipts().of(run).stream().anyMatch(file -> file.checks().contains(NO_MEMBERS));
  }

  /**
   * Ends the run when the server has handed out these very bytes for longer than {@code maxAge};
   * leaves a note where that is only possible.
   */
  public void requireFresh(Exchange exchange) {
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    StagedFile file = ledger.receipts().of(run.id()).get(0);
    Optional<Instant> since =
        ledger.receipts().sameBytesSince(run.export(), run.id(), file.sha256());
    Optional<Instant> last = ledger.receipts().lastStaged(run.export(), run.id());
    String maxAge = exchange.getVariable("maxAge", String.class);
    if (since.isPresent()) {
      Duration age = Duration.between(since.get(), clock.instant());
      if (maxAge != null && age.compareTo(limit(maxAge)) > 0) {
        throw new StepFailure.Rejected(
            "STALE_FILE",
            "CommCare has handed out the same bytes since "
                + since.get()
                + ", longer than maxAge ("
                + maxAge
                + "): its nightly build fails, is too large or was switched off. Look at the saved"
                + " export there; redeliver delivers the old file all the same");
      }
      exchange.setVariable(RunVariables.NOTE, "the same bytes as since " + since.get());
    }
    if (last.isPresent() && last.get().plus(REBUILD_STOPS).isBefore(clock.instant())) {
      exchange.setVariable(
          RunVariables.NOTE,
          "CommCare stops rebuilding what nobody fetches for 35 days; this may be an old file, and"
              + " tomorrow's will be fresh");
    }
  }

  private static Duration limit(String maxAge) {
    return Durations.parse(maxAge).orElseThrow();
  }
}
