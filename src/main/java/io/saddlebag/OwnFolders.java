package io.saddlebag;

import io.saddlebag.file.OwnerOnly;
import io.saddlebag.staging.StagingArea;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folders in which Saddlebag keeps what is its own: nobody but its user may read them, also
 * where a version before this one has made them readable.
 */
final class OwnFolders {
  /** What Saddlebag itself puts into its data folder. */
  private static final Pattern OURS =
      Pattern.compile("ledger[.]db.*|runtime[.]lock|node.*|staging|shaping");

  private final Settings settings;

  OwnFolders(Settings settings) {
    this.settings = settings;
  }

  void makePrivate(StagingArea staging) throws IOException {
    staging.makePrivate();
    OwnerOnly.correct(settings.shapingFolder());
    Path data = settings.dataFolder();
    OwnerOnly.correct(data.resolve("runtime.lock"));
    // A folder that others use as well, for example a checkout, stays open to them.
    if (oursAlone(data)) {
      OwnerOnly.correct(data);
    }
  }

  private static boolean oursAlone(Path data) throws IOException {
    if (!Files.isDirectory(data)) {
      return false;
    }
    try (Stream<Path> files = Files.list(data)) {
      return files.allMatch(file -> OURS.matcher(file.getFileName().toString()).matches());
    }
  }
}
