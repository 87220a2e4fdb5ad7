package io.saddlebag.vendor.alida.table;

/**
 * How tables are written.
 *
 * @param headers what heads a column
 * @param values what stands for an answer of a choice
 * @param sets how questions with several answers are laid out
 * @param separator what stands between several answers in one cell; not empty
 * @param skipped what stands for a question that the participant skipped
 * @param notShown what stands for a question that the participant never saw
 * @param sensitive what becomes of sensitive questions, and of those the definition does not know
 * @param hidden whether hidden questions are kept
 * @param system whether the vendor's own questions are kept
 * @param notShownRows whether the long table has rows for questions never seen
 * @param bom whether files begin with a byte order mark
 * @param formulaGuard whether texts that a spreadsheet takes for formulas get a leading apostrophe
 * @param lineEnd what ends a row
 */
public record TableOptions(
    Headers headers,
    Values values,
    Sets sets,
    String separator,
    String skipped,
    String notShown,
    Sensitive sensitive,
    boolean hidden,
    boolean system,
    boolean notShownRows,
    boolean bom,
    boolean formulaGuard,
    LineEnd lineEnd) {

  /** What heads a column. */
  public enum Headers {
    /** The question's name. */
    NAME,
    /** The question's text without markup. */
    DESCRIPTION,
    /** The question's id. */
    ID
  }

  /** What stands for an answer of a choice. */
  public enum Values {
    /** What participants saw. */
    LABELS,
    /** The option's id. */
    IDS
  }

  /** How questions with several answers are laid out. */
  public enum Sets {
    /** One cell, with a separator between the answers. */
    JOINED,
    /** One column for each option, with 1 for chosen and 0 for not. */
    COLUMNS
  }

  /** What becomes of sensitive questions. */
  public enum Sensitive {
    /** They are like the others. */
    KEEP,
    /** They are left out. */
    DROP,
    /** Their answers are replaced by three stars. */
    MASK
  }

  /** What ends a row. */
  public enum LineEnd {
    /** Line feed. */
    LF,
    /** Carriage return and line feed. */
    CRLF
  }

  /** Refuses an empty separator. */
  public TableOptions {
    if (separator.isEmpty()) {
      throw new IllegalArgumentException("separator is empty: give at least one character");
    }
  }

  /** What the sheet proposes: names, labels, joined, everything kept. */
  public static TableOptions standard() {
    return new TableOptions(
        Headers.NAME,
        Values.LABELS,
        Sets.JOINED,
        ";",
        "",
        "",
        Sensitive.KEEP,
        true,
        true,
        false,
        false,
        false,
        LineEnd.LF);
  }
}
