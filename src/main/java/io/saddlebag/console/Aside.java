package io.saddlebag.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A data folder that is there while a command tries something out beside a runtime. */
final class Aside implements AutoCloseable {
  private final Path folder;

  Aside() throws IOException {
    this.folder = Files.createTempDirectory("saddlebag-check");
  }

  /** The settings that put ledger and files there. */
  Map<String, String> settings() {
    return Map.of(
        "data.folder", folder.toString(),
        "staging.folder", folder.resolve("staging").toString(),
        "shaping.folder", folder.resolve("shaping").toString(),
        "ledger.url", "jdbc:sqlite:" + folder.resolve("ledger.db"));
  }

  @Override
  public void close() throws IOException {
    FolderTree.remove(folder);
  }
}
