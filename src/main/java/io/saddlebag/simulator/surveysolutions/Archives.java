package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the archives: real zips, the same bytes for the same parameters and generation, with
 * streamed entries as the server writes them (Survey Solutions sheet, section 5).
 */
final class Archives {
  private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(2026, 8, 31, 22, 15);
  private static final int MOST_ENTRIES_WITHOUT_ZIP64 = 65_535;
  private static final int HOUSEHOLDS = 40;
  private static final String[] REGIONS = {"Coast", "Hills", "Plains", "Capital"};

  private Archives() {}

  /** The archive of an export; each generation of the same parameters has other answers. */
  static Body export(ExportParameters asked, int generation, Settings settings) {
    if (settings.payload != null) {
      return settings.payload;
    }
    boolean encrypted = settings.encrypted && asked.type() != ExportType.DDI;
    boolean large = settings.zip64 && !encrypted;
    byte[] zip = zip(out -> write(out, asked, generation, large));
    return Body.of(
        encrypted ? EncryptedZip.of(zip, SurveySolutionsSimulator.ARCHIVE_PASSWORD) : zip);
  }

  private static void write(
      ZipOutputStream out, ExportParameters asked, int generation, boolean large)
      throws IOException {
    String variable = ExportParameters.VARIABLE;
    Random random = new Random((asked + "#" + generation).hashCode());
    switch (asked.type()) {
      case TABULAR -> writeTables(out, variable, ".tab", "", random);
      case STATA -> writeTables(out, variable, ".dta", "<stata_dta><header>", random);
      case SPSS -> writeTables(out, variable, ".sav", "$FL2@(#) SPSS DATA FILE\n", random);
      case PARADATA -> entry(out, "paradata.tab", paradata(random));
      case BINARY -> writeMedia(out, "dwelling.jpg", random);
      case AUDIO_AUDIT -> writeMedia(out, "audit.m4a", random);
      case DDI -> writeDdi(out, asked);
    }
    if (asked.type() != ExportType.DDI && !Boolean.FALSE.equals(asked.includeMeta())) {
      entry(
          out,
          "Questionnaire/content/document.json",
          "{\"variableName\":\"" + variable + "\",\"id\":\"" + asked.questionnaire() + "\"}\n");
    }
    if (large) {
      for (int i = 0; i <= MOST_ENTRIES_WITHOUT_ZIP64; i++) {
        entry(out, "attachments/" + i, "");
      }
    }
  }

  private static void writeTables(
      ZipOutputStream out, String variable, String suffix, String magic, Random random)
      throws IOException {
    StringBuilder main =
        new StringBuilder(
            "interview__key\tinterview__id\tregion\thh_size\trooms\tincome\tcomment\t"
                + "sssys_irnd\thas__errors\tinterview__status\tassignment__id\r\n");
    StringBuilder actions =
        new StringBuilder(
            "interview__key\tinterview__id\tdate\ttime\taction\toriginator\trole\t"
                + "responsible__name\tresponsible__role\r\n");
    for (int i = 1; i <= HOUSEHOLDS; i++) {
      String interview = key(random) + "\t" + id(random);
      main.append(
          String.format(
              Locale.ROOT,
              "%s\t%s\t%d\t%d\t%d\t%s\t%.16f\t0\t100\t%d\r\n",
              interview,
              REGIONS[random.nextInt(REGIONS.length)],
              1 + random.nextInt(9),
              1 + random.nextInt(6),
              100 * random.nextInt(500),
              random.nextInt(8) == 0 ? "Ménage absent, voisin répond" : "##N/A##",
              random.nextDouble(),
              i));
      actions.append(interview).append('\t').append(day(random));
      actions.append("\t09:30:00\t3\tinterviewer1\t1\tinterviewer1\t1\r\n");
    }
    entry(out, variable + suffix, magic + main);
    entry(out, "interview__actions" + suffix, magic + actions);
    entry(
        out,
        "interview__errors" + suffix,
        magic + "interview__key\tinterview__id\tvariable\ttype\tmessage\r\n");
    entry(
        out,
        "export__readme.txt",
        "Exported from Survey Solutions Headquarters.\r\n\r\n" + variable + "\r\n");
  }

  private static String paradata(Random random) {
    StringBuilder events =
        new StringBuilder(
            "interview__id\torder\tevent\tresponsible\trole\ttimestamp_utc\t"
                + "tz_offset\tparameters\r\n");
    for (int i = 0; i < HOUSEHOLDS; i++) {
      String interview = id(random);
      for (int order = 1; order <= 3; order++) {
        events
            .append(interview + "\t" + order + "\tAnswerSet\tinterviewer1\t1\t" + day(random))
            .append("T08:0" + order + ":00.0000000\t02:00:00\thh_size||" + random.nextInt(9))
            .append("\r\n");
      }
    }
    return events.toString();
  }

  private static void writeMedia(ZipOutputStream out, String name, Random random)
      throws IOException {
    for (int i = 0; i < 5; i++) {
      byte[] media = new byte[2_048];
      random.nextBytes(media);
      entry(out, id(random) + "/" + name, media);
    }
  }

  private static void writeDdi(ZipOutputStream out, ExportParameters asked) throws IOException {
    entry(
        out,
        ExportParameters.VARIABLE + "_ddi.xml",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<codeBook xmlns=\"ddi:codebook:2_5\" ID=\""
            + asked.questionnaire()
            + "\"><stdyDscr/><dataDscr><var ID=\"V1\" name=\"hh_size\"/></dataDscr></codeBook>\n");
  }

  private static String key(Random random) {
    return String.format(
        Locale.ROOT,
        "%02d-%02d-%02d-%02d",
        random.nextInt(100),
        random.nextInt(100),
        random.nextInt(100),
        random.nextInt(100));
  }

  private static String id(Random random) {
    return String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong());
  }

  private static String day(Random random) {
    return LocalDate.of(2026, 8, 1).plusDays(random.nextInt(30)).toString();
  }

  private static void entry(ZipOutputStream out, String name, String text) throws IOException {
    entry(out, name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void entry(ZipOutputStream out, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(ENTRY_TIME);
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }

  private static byte[] zip(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      content.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private interface Content {
    void writeTo(ZipOutputStream out) throws IOException;
  }
}
