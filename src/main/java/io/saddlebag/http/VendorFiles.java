package io.saddlebag.http;

import io.saddlebag.run.Ledger;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StagedFile;
import io.saddlebag.run.StepFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The bean {@code files}: goes through the files of a run, in the variable {@code links}, one by
 * one, and passes over those that an earlier attempt has staged. A file is known by its path, of
 * which only a digest is kept; queries change from link to link.
 */
public final class VendorFiles {
  /** Which of the vendor's files is being fetched. */
  static final String SOURCE = "fileSource";

  private static final String LINKS = "links";

  private final Ledger ledger;

  /** Files of runs in this ledger. */
  public VendorFiles(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Sets {@code link}, {@code filePosition} and {@code fileName} for the next file to fetch; takes
   * {@code links} away when there is none.
   */
  public void next(Exchange exchange) {
    List<?> links = exchange.getVariable(LINKS, List.class);
    if (links == null || links.isEmpty()) {
      throw new StepFailure.RetryLater(
          "NO_LINK", "the vendor says that the files are there but names none", null, 5, null);
    }
    Run run = ledger.runs().get(exchange.getVariable(RunVariables.RUN_ID, String.class));
    List<StagedFile> staged = ledger.receipts().of(run.id());
    exchange.removeVariable("link");
    for (Object named : links) {
      String link = String.valueOf(named);
      String source = digest(Links.path(link));
      Optional<StagedFile> before =
          staged.stream().filter(file -> source.equals(file.source())).findFirst();
      if (before.isEmpty() || before.get().missedBy(run)) {
        exchange.setVariable("link", link);
        exchange.setVariable(
            "filePosition", before.map(StagedFile::position).orElse(staged.size()));
        exchange.setVariable("fileName", name(exchange));
        exchange.setVariable(SOURCE, source);
        return;
      }
    }
    exchange.removeVariable(LINKS);
    exchange.removeVariable(SOURCE);
  }

  /**
   * A name for a file that the vendor does not name: the last part of the link's path when it has
   * an ending, else the last number in it with the ending in the variable {@code fileSuffix}.
   */
  private static String name(Exchange exchange) {
    String path = Links.path(exchange.getVariable("link", "", String.class));
    String last = path.substring(path.lastIndexOf('/') + 1);
    if (last.contains(".")) {
      return last;
    }
    return path.replaceAll("^.*?(\\d+)\\D*$", "$1")
        + exchange.getVariable("fileSuffix", "", String.class);
  }

  private static String digest(String path) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(path.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
