package io.saddlebag.simulator.altcraft;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What a call orders, as its body says it (the sheet's section 2.2).
 *
 * @param body the call's body, in either format
 */
record Order(JsonNode body) {
  /** Whether it is of this form (item 11); an id counts before a shortname. */
  boolean isOfForm(int id, String shortname) {
    return body.hasNonNull("id")
        ? body.path("id").asText().equals(String.valueOf(id))
        : body.path("shortname").asText().equals(shortname);
  }

  @Nullable LocalDate from() {
    return date(body.path("date_from"));
  }

  @Nullable LocalDate to() {
    return date(body.path("date_to"));
  }

  /** Only YYYY-MM-DD will do (item 11); years of more digits parse, too. */
  private static @Nullable LocalDate date(JsonNode value) {
    try {
      return value.asText().length() == 10 ? LocalDate.parse(value.asText()) : null;
    } catch (DateTimeParseException otherFormat) {
      return null;
    }
  }

  /** Whether it names one person, in one of the ways there are. */
  boolean namesPerson() {
    return body.hasNonNull("db_id")
        && (body.hasNonNull("email")
            || body.hasNonNull("phone")
            || body.hasNonNull("profile_id")
            || (body.hasNonNull("field_name") && body.hasNonNull("field_value")));
  }

  String format() {
    return body.path("file_format").asText("csv");
  }

  String sourceType() {
    return body.path("source_type").asText("database");
  }

  int source() {
    return body.path("source_id").asInt(1);
  }

  /** What is missing has a default: the sheet tells of no error for it. */
  boolean isOfProfiles() {
    boolean known = sourceType().equals("database") || sourceType().equals("segment");
    return known && source() > 0 && format().equals("csv");
  }
}
