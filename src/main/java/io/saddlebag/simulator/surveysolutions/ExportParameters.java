package io.saddlebag.simulator.surveysolutions;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * What an export was asked for (Survey Solutions sheet, section 2.1).
 *
 * @param workspace the workspace, which the server also calls tenant
 * @param type what the archive contains
 * @param questionnaire guid without dashes, a dollar sign, the version
 * @param status which interviews
 * @param from first update, or null
 * @param to the update at which to stop, or null
 * @param cloud the user's cloud that the archive goes to, or null
 * @param translation the translation, or null
 * @param includeMeta whether the questionnaire is in the archive, or null
 * @param paradataReduced whether paradata is reduced, or null
 */
record ExportParameters(
    String workspace,
    ExportType type,
    String questionnaire,
    InterviewStatus status,
    @Nullable LocalDateTime from,
    @Nullable LocalDateTime to,
    @Nullable CloudStorage cloud,
    @Nullable String translation,
    @Nullable Boolean includeMeta,
    @Nullable Boolean paradataReduced) {
  /** The variable of every questionnaire, which begins file names. */
  static final String VARIABLE = "household";

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("'_'yyyyMMdd'T'HHmm'Z'");

  /** Everything of one type of a questionnaire, as v1 exports it. */
  static ExportParameters of(ExportType type, String questionnaire) {
    return new ExportParameters(
        SurveySolutionsSimulator.WORKSPACE,
        type,
        questionnaire,
        InterviewStatus.ALL,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /**
   * What makes two requests the same job: of From and To only the month, of ParadataReduced nothing
   * (section 8 item 5).
   */
  String tag() {
    return String.join(
        "|",
        String.valueOf(cloud),
        workspace,
        status.word(),
        type.word(),
        questionnaire,
        from == null ? "" : "yyyy-" + from.getMonthValue() + "-dd",
        to == null ? "" : "yyyy-" + to.getMonthValue() + "-dd",
        String.valueOf(translation),
        withoutMeta());
  }

  /** The key of the archive in an object storage, as it is in URLs: without a job id (item 8). */
  String storageKey() {
    return "/"
        + workspace
        + "/"
        + questionnaire.replace("$", "%24")
        + "_"
        + type.word()
        + "_"
        + status.word()
        + minute(from)
        + minute(to)
        + (translation == null ? "" : "_" + translation)
        + withoutMeta()
        + ".zip";
  }

  /** The name of the archive (section 5). */
  String fileName() {
    String stem = VARIABLE + "_" + questionnaire.substring(questionnaire.indexOf('$') + 1) + "_";
    if (type == ExportType.DDI) {
      return stem + "ddi.zip";
    }
    boolean dated = type != ExportType.BINARY && type != ExportType.AUDIO_AUDIT;
    return stem
        + type.word()
        + (type == ExportType.PARADATA && Boolean.TRUE.equals(paradataReduced) ? "_Reduced" : "")
        + "_"
        + status.word()
        + (dated ? minute(from) + minute(to) : "")
        + ".zip";
  }

  private String withoutMeta() {
    return Boolean.FALSE.equals(includeMeta) ? "_no-meta" : "";
  }

  private static String minute(@Nullable LocalDateTime time) {
    return time == null ? "" : MINUTE.format(time);
  }
}
