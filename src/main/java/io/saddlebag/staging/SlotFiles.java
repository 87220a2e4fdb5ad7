package io.saddlebag.staging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The names of one attempt at one file of a run. No other attempt writes to them, so that one which
 * was taken for dead and wakes can harm nothing.
 *
 * @param folder the folder of the run
 * @param position the position of the file in the run
 * @param attempt the attempt; 0 has the names that versions without attempts used
 */
record SlotFiles(Path folder, int position, int attempt) {

  /** What is fetched by now. */
  Path part() {
    return folder.resolve(prefix() + ".part");
  }

  /** What the server said of the part. */
  Path info() {
    return folder.resolve(prefix() + ".part.properties");
  }

  /** How often the fetch failed. */
  Path tries() {
    return folder.resolve(prefix() + ".tries");
  }

  /** The file, complete and checked. */
  Path staged(String name) {
    return folder.resolve(prefix() + "-" + name);
  }

  /** Removes all but the staged file. */
  void deleteParts() throws IOException {
    Files.deleteIfExists(part());
    Files.deleteIfExists(info());
    Files.deleteIfExists(tries());
  }

  private String prefix() {
    return attempt == 0 ? String.valueOf(position) : position + "." + attempt;
  }
}
