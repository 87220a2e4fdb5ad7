package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the body of a create as leniently as the server does (section 2.1). */
final class ParameterReader {
  private static final Pattern QUESTIONNAIRE =
      Pattern.compile(
          "(?<guid>[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
              + "\\$(?<version>\\d{1,9})");

  private final JsonNode body;
  private final ZoneId serverZone;
  private final String traceId;

  ParameterReader(JsonNode body, ZoneId serverZone, String traceId) {
    this.body = body;
    this.serverZone = serverZone;
    this.traceId = traceId;
  }

  /** What was asked for in a workspace. */
  ExportParameters read(String workspace) throws Refusal {
    if (!body.isObject()) {
      throw Refusal.validation("", "A non-empty request body is required.", traceId);
    }
    String questionnaire = normalize(required("QuestionnaireId"));
    if (questionnaire == null) {
      throw Refusal.validation("QuestionnaireId", "Invalid questionnaire identity", traceId);
    }
    String translation = text("TranslationId");
    String cloud = text("StorageType");
    return new ExportParameters(
        workspace,
        word(ExportType.values(), "exportType", required("ExportType")),
        questionnaire,
        word(InterviewStatus.values(), "interviewStatus", required("InterviewStatus")),
        time("From"),
        time("To"),
        cloud == null ? null : word(CloudStorage.values(), "storageType", cloud),
        translation == null ? null : translation(translation),
        flag("IncludeMeta"),
        flag("ParadataReduced"));
  }

  /** A questionnaire's identity as the server writes it, or null when it is malformed. */
  static @Nullable String normalize(String text) {
    Matcher identity = QUESTIONNAIRE.matcher(text);
    return identity.matches()
        ? identity.group("guid").replace("-", "").toLowerCase(Locale.ROOT)
            + "$"
            + Long.parseLong(identity.group("version"))
        : null;
  }

  /** The value of an enum parameter, or the bare string that refuses it (section 8 item 20). */
  static <E extends VendorEnum> E word(E[] values, String name, String text) throws Refusal {
    return VendorEnum.find(values, text).orElseThrow(() -> Refusal.parameter(name));
  }

  private String required(String name) throws Refusal {
    String text = text(name);
    if (text == null || text.isBlank()) {
      throw Refusal.validation(name, "The " + name + " field is required.", traceId);
    }
    return text;
  }

  private @Nullable String text(String name) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (field.getKey().equalsIgnoreCase(name) && !field.getValue().isNull()) {
        return field.getValue().asText();
      }
    }
    return null;
  }

  private @Nullable Boolean flag(String name) throws Refusal {
    String text = text(name);
    return text == null ? null : Boolean.valueOf(flag(name, text));
  }

  /** A guid as the server writes it. */
  private static String translation(String text) throws Refusal {
    String hex = text.replace("-", "").toLowerCase(Locale.ROOT);
    if (!hex.matches("[0-9a-f]{32}")) {
      throw Refusal.parameter("translationId");
    }
    return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  /** The value of a flag, or the bare string that refuses it (section 8 item 20). */
  static boolean flag(String name, String text) throws Refusal {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Refusal.parameter(name);
    };
  }

  /** A time in whole seconds; one with an offset becomes the server's local time (section 2.1). */
  private @Nullable LocalDateTime time(String name) throws Refusal {
    String text = text(name);
    if (text == null) {
      return null;
    }
    try {
      return parse(text).truncatedTo(ChronoUnit.SECONDS);
    } catch (DateTimeException malformed) {
      throw Refusal.parameter(name);
    }
  }

  private LocalDateTime parse(String text) {
    if (text.endsWith("Z")) {
      return LocalDateTime.parse(text.substring(0, text.length() - 1));
    }
    if (text.matches(".*T.*[+-]\\d{2}:\\d{2}")) {
      return OffsetDateTime.parse(text).atZoneSameInstant(serverZone).toLocalDateTime();
    }
    return text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
  }
}
