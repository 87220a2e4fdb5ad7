package io.saddlebag.shaping;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** The files in an archive, one after the other. */
interface ArchiveEntries extends Closeable {
  /** Whether there is another. */
  boolean hasNext();

  /**
   * Unpacks the next one into this file and proves it.
   *
   * @return its name, with the folders that it is in
   * @throws IOException when it is damaged; what the file then holds is not to be used
   */
  String unpackNext(Path target) throws IOException;
}
