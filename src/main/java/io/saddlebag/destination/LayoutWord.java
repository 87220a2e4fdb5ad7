package io.saddlebag.destination;

import io.saddlebag.kamelet.BodyFile;
import io.saddlebag.name.FileName;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** A word of a {@link Layout} and what it stands for in a message. */
public enum LayoutWord {
  /** The export's name. */
  EXPORT("export", message -> header(message, "SaddlebagExport")),
  /** The vendor's short name. */
  VENDOR("vendor", message -> header(message, "SaddlebagVendor")),
  /** The run's id, without the colons of its time. */
  RUN("run", message -> header(message, "SaddlebagRun").replace(":", "")),
  /** The day of the run in UTC, as 2026-04-30. */
  DATE("date", message -> day(message).toString()),
  /** The year of the run in UTC, four digits. */
  YEAR("year", message -> day(message).format(DateTimeFormatter.ofPattern("uuuu"))),
  /** The month of the run in UTC, two digits. */
  MONTH("month", message -> day(message).format(DateTimeFormatter.ofPattern("MM"))),
  /** The day of the month of the run in UTC, two digits. */
  DAY("day", message -> day(message).format(DateTimeFormatter.ofPattern("dd"))),
  /** The file's name, as the vendor or a step before gave it; its folders joined by underscores. */
  NAME("name", LayoutWord::name),
  /** Which of the run's files it is, counted from 0. */
  POSITION("position", message -> header(message, "SaddlebagPosition")),
  /** The vendor's id of the job, or "none" where the vendor has no jobs. */
  JOB_ID(
      "jobId", message -> message.getMessage().getHeader("SaddlebagJobId", "none", String.class));

  private static final Pattern SEPARATORS = Pattern.compile("(?:" + FileName.SEPARATOR + ")+");
  private static final Pattern BRACES = Pattern.compile("[{}]");
  private static final Pattern DOTS_AT_START = Pattern.compile("^[.\\s\\p{Z}]+");
  private static final Pattern DOTS_INSIDE = Pattern.compile("[.]{2,}");

  private final String word;
  private final Function<Exchange, String> value;

  LayoutWord(String word, Function<Exchange, String> value) {
    this.word = word;
    this.value = value;
  }

  /** The word that is written so, without its braces. */
  static Optional<LayoutWord> find(String word) {
    return Arrays.stream(values()).filter(known -> known.word.equals(word)).findFirst();
  }

  /** All words in their braces, for a sentence. */
  static String all() {
    return Arrays.stream(values())
        .map(known -> "{" + known.word + "}")
        .collect(Collectors.joining(", "));
  }

  /**
   * What stands for the word in this message: safe as a piece of a file's name, never empty.
   *
   * @throws IllegalArgumentException when the message does not have it
   */
  String of(Exchange exchange) {
    String safe = safe(value.apply(exchange));
    if (safe.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is left of {" + word + "} in the layout once it is made safe for a file's name");
    }
    return safe;
  }

  /** Values come from vendors: no separator, no way up, nothing invisible. */
  private static String safe(String raw) {
    String name = BRACES.matcher(FileName.clean(raw)).replaceAll("").strip();
    name = SEPARATORS.matcher(name).replaceAll("_");
    name = DOTS_AT_START.matcher(name).replaceAll("");
    return DOTS_INSIDE.matcher(name).replaceAll(".").strip();
  }

  private static String name(Exchange exchange) {
    String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    if (name != null) {
      return name;
    }
    Path file = BodyFile.place(exchange);
    return file != null ? String.valueOf(file.getFileName()) : header(exchange, Exchange.FILE_NAME);
  }

  private static LocalDate day(Exchange exchange) {
    String run = header(exchange, "SaddlebagRun");
    try {
      return Instant.parse(run.substring(run.lastIndexOf('@') + 1))
          .atOffset(ZoneOffset.UTC)
          .toLocalDate();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "the header SaddlebagRun does not end in @ and a time in UTC, so a layout has no date",
          e);
    }
  }

  private static String header(Exchange exchange, String header) {
    @Nullable String value = exchange.getMessage().getHeader(header, String.class);
    if (value == null) {
      throw new IllegalArgumentException(
          "the message has no header " + header + ", which the layout needs");
    }
    return value;
  }
}
