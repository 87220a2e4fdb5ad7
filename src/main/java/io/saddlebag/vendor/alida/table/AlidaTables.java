package io.saddlebag.vendor.alida.table;

import io.saddlebag.kamelet.ExactText;
import io.saddlebag.shaping.GivenFile;
import io.saddlebag.shaping.ShapedCopy;
import io.saddlebag.shaping.WorkFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps behind the Kamelets that make tables: each takes the message's file, writes a table
 * into a work folder and makes that the message's file. When it throws, the message is as it was.
 * Its properties are set before the first message and not after.
 */
public final class AlidaTables {
  /** The variable that holds what a conversion met, by name. */
  public static final String SUMMARY = "tableSummary";

  private static final Logger LOG = LoggerFactory.getLogger(AlidaTables.class);

  private final WorkFolder work;
  private final String separator;
  private final String skipped;
  private final String notShown;
  private String shape = "wide";
  private TableOptions.Headers headers = TableOptions.Headers.NAME;
  private TableOptions.Values values = TableOptions.Values.LABELS;
  private TableOptions.Sets sets = TableOptions.Sets.JOINED;
  private TableOptions.Sensitive sensitive = TableOptions.Sensitive.KEEP;
  private boolean hidden = true;
  private boolean system = true;
  private boolean notShownRows;
  private boolean bom;
  private boolean formulaGuard;
  private TableOptions.LineEnd lineEnd = TableOptions.LineEnd.LF;

  /** Writes copies under this folder. */
  public AlidaTables(String workFolder) {
    this(workFolder, ";", "", "");
  }

  /**
   * The same, with all that is a text of the user's: Camel changes some texts on their way to a
   * property, not on their way to a constructor.
   *
   * @param workFolder where copies lie
   * @param separator what stands between several answers in one cell, not empty
   * @param skipped what stands for a skipped question
   * @param notShown what stands for a question never seen
   */
  public AlidaTables(String workFolder, String separator, String skipped, String notShown) {
    this.work = new WorkFolder(workFolder);
    this.separator = ExactText.of(separator);
    this.skipped = ExactText.of(skipped);
    this.notShown = ExactText.of(notShown);
    if (this.separator.isEmpty()) {
      throw new IllegalArgumentException("separator is empty: give at least one character");
    }
  }

  /** Wide or long. */
  public void setShape(String word) {
    if (!word.equals("wide") && !word.equals("long")) {
      throw new IllegalArgumentException("shape is " + word + ": use wide or long");
    }
    shape = word;
  }

  /** Name, description or id. */
  public void setHeaders(String word) {
    headers = word(TableOptions.Headers.class, "headers", word);
  }

  /** Labels or ids. */
  public void setValues(String word) {
    values = word(TableOptions.Values.class, "values", word);
  }

  /** Joined or columns. */
  public void setSets(String word) {
    sets = word(TableOptions.Sets.class, "sets", word);
  }

  /** Keep, drop or mask. */
  public void setSensitive(String word) {
    sensitive = word(TableOptions.Sensitive.class, "sensitive", word);
  }

  /** Keep or drop. */
  public void setHidden(String word) {
    hidden = kept("hidden", word);
  }

  /** Keep or drop. */
  public void setSystem(String word) {
    system = kept("system", word);
  }

  /** Whether the long table tells of questions never seen. */
  public void setNotShownRows(boolean wanted) {
    notShownRows = wanted;
  }

  /** Whether files begin with a byte order mark. */
  public void setBom(boolean wanted) {
    bom = wanted;
  }

  /** Whether texts that begin like formulas get an apostrophe. */
  public void setFormulaGuard(boolean wanted) {
    formulaGuard = wanted;
  }

  /** Lf or crlf. */
  public void setLineEnd(String word) {
    lineEnd = word(TableOptions.LineEnd.class, "lineEnd", word);
  }

  /** Makes a wide or long table. */
  public void toCsv(Exchange exchange) throws IOException {
    ActivityTables tables = tables();
    shape(exchange, ".csv", shape.equals("long") ? tables::tall : tables::wide);
  }

  /** Makes a codebook. */
  public void toCodebook(Exchange exchange) throws IOException {
    shape(exchange, ".codebook.csv", tables()::codebook);
  }

  /** Makes one line for each record. */
  public void toLines(Exchange exchange) throws IOException {
    shape(exchange, ".ndjson", tables()::lines);
  }

  private ActivityTables tables() {
    return new ActivityTables(
        new TableOptions(
            headers,
            values,
            sets,
            separator,
            skipped,
            notShown,
            sensitive,
            hidden,
            system,
            notShownRows,
            bom,
            formulaGuard,
            lineEnd));
  }

  /** One of the conversions. */
  @FunctionalInterface
  private interface Conversion {
    TableSummary convert(File document, Path target) throws IOException;
  }

  private void shape(Exchange exchange, String ending, Conversion conversion) throws IOException {
    GivenFile given = new GivenFile(exchange);
    Path folder = work.open(exchange);
    File document = given.onDisk(folder).toFile();
    Path target = Files.createDirectory(folder.resolve("table")).resolve(name(given) + ending);
    TableSummary summary = converted(conversion, document, target);
    exchange.setVariable(SUMMARY, summary.toMap());
    ShapedCopy.put(exchange.getMessage(), target, target.getFileName().toString());
    if (summary.unusual()) {
      LOG.warn("{}: {}", target.getFileName(), summary);
    } else {
      LOG.info("{}: {}", target.getFileName(), summary);
    }
  }

  /**
   * What is held at once is limited, but a definition has no limit of its own, and others use the
   * memory, too. What could not be held is free again here.
   */
  private static TableSummary converted(Conversion conversion, File document, Path target)
      throws IOException {
    try {
      return conversion.convert(document, target);
    } catch (OutOfMemoryError e) {
      throw new UnreadableDocument(
          document.getName()
              + " has a definition, a record or an answer that does not fit into the "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MiB of memory that Java has; nothing was written. Give it more (-Xmx), or order"
              + " the export without the long questions (fieldIds)",
          e);
    }
  }

  /** The delivered file's own name without folders and without .json. */
  private static String name(GivenFile given) {
    String name = given.name();
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    String plain =
        last.toLowerCase(Locale.ROOT).endsWith(".json")
            ? last.substring(0, last.length() - ".json".length())
            : last;
    return plain.isEmpty() || plain.equals(".") || plain.equals("..") ? "activity" : plain;
  }

  private static <E extends Enum<E>> E word(Class<E> words, String name, String word) {
    for (E constant : words.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(word)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        name
            + " is "
            + word
            + ": use one of "
            + String.join(
                ", ",
                Arrays.stream(words.getEnumConstants())
                    .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                    .toList()));
  }

  private static boolean kept(String name, String word) {
    if (!word.equals("keep") && !word.equals("drop")) {
      throw new IllegalArgumentException(name + " is " + word + ": use keep or drop");
    }
    return word.equals("keep");
  }
}
