package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the job object (Survey Solutions sheet, section 2.1). */
final class JobJson {
  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 7, true)
          .toFormatter(Locale.ROOT);
  private static final String FRIENDLY =
      "An unexpected error occurred during export. We are sorry for inconvenience. Please contact"
          + " your server support team. Reference: job ";
  private static final String DISK_FULL =
      "Not enough space fot the selected cloud storage provide. Please free space and restart the"
          + " job or choose another provider.";
  private static final String STACK_TRACE =
      "System.IO.IOException: The process cannot access the file\n"
          + "   at WB.Services.Export.Services.Processing.ExportJob.ExecuteAsync()\n"
          + "   at WB.Services.Scheduler.Services.Implementation.JobExecutor.ExecuteAsync()";

  private JobJson() {}

  /**
   * The object of one job.
   *
   * @param resource where the job is
   * @param inList whether it stands in the list, where errors are raw (section 8 item 12)
   */
  static ObjectNode of(
      Job job,
      Instant now,
      boolean hasFile,
      String resource,
      boolean inList,
      ServerVersion version) {
    boolean old = version == ServerVersion.V21_01;
    String nothing = old ? null : "";
    Instant completed = job.completed();
    Duration eta = job.eta(now);
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("JobId", job.id())
            .put("ExportStatus", job.word())
            .put("StartDate", date(job.startDate()))
            .put("CompleteDate", completed == null ? null : date(completed));
    if (!old) {
      json.put("CreateDate", date(job.created()));
    }
    json.put("Progress", job.progress(now))
        .put("ETA", eta == null ? null : timeSpan(eta))
        .put("Error", job.status() == ExportStatus.FAIL ? error(job, inList) : nothing);
    if (old && !job.isOpen() && !hasFile) {
      json.putNull("Links");
    } else {
      json.putObject("Links")
          .put("Cancel", job.isOpen() ? resource : nothing)
          .put("Download", hasFile ? resource + "/file" : nothing);
    }
    json.put("HasExportFile", hasFile);
    ExportParameters asked = job.parameters();
    json.put("ExportType", asked.type().word())
        .put("QuestionnaireId", asked.questionnaire())
        .put("InterviewStatus", asked.status().word())
        .put("From", date(asked.from()))
        .put("To", date(asked.to()))
        .putNull("AccessToken")
        .putNull("RefreshToken")
        .put("StorageType", asked.cloud() == null ? null : asked.cloud().word())
        .put("TranslationId", asked.translation());
    if (version == ServerVersion.V26_04) {
      json.put("IncludeMeta", Boolean.TRUE.equals(asked.includeMeta()))
          .put("ParadataReduced", Boolean.TRUE.equals(asked.paradataReduced()));
    } else {
      json.put("IncludeMeta", asked.includeMeta());
    }
    return json;
  }

  private static String error(Job job, boolean inList) {
    if (inList) {
      return STACK_TRACE;
    }
    return job.foundDiskFull() ? DISK_FULL : FRIENDLY + job.id();
  }

  private static String date(Instant instant) {
    return DATE.format(
        instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC).toLocalDateTime());
  }

  private static @Nullable String date(@Nullable LocalDateTime time) {
    return time == null ? null : DATE.format(time);
  }

  /** As .NET writes it: {@code [d.]hh:mm:ss[.fffffff]} (section 2.1). */
  private static String timeSpan(Duration time) {
    long ticks = time.toNanosPart() / 100;
    return (time.toDays() > 0 ? time.toDays() + "." : "")
        + String.format(
            Locale.ROOT,
            "%02d:%02d:%02d",
            time.toHoursPart(),
            time.toMinutesPart(),
            time.toSecondsPart())
        + (ticks == 0 ? "" : String.format(Locale.ROOT, ".%07d", ticks));
  }
}
