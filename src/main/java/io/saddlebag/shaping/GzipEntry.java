package io.saddlebag.shaping;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The one file in a gzip, which has the gzip's name without its ending. */
final class GzipEntry implements ArchiveEntries {
  private static final int BUFFER = 64 << 10;

  private final Path archive;
  private final String name;
  private final UnpackLimits limits;
  private boolean done;

  GzipEntry(Path archive, String name, UnpackLimits limits) {
    this.archive = archive;
    this.name = name;
    this.limits = limits;
  }

  @Override
  public boolean hasNext() {
    return !done;
  }

  @Override
  public String unpackNext(Path target) throws IOException {
    long packed = Files.size(archive);
    long bytes = 0;
    try (InputStream file = Files.newInputStream(archive);
        InputStream in = new GZIPInputStream(file, BUFFER);
        OutputStream out = new FileOutputStream(target.toFile())) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
        limits.bytes(packed, bytes);
        out.write(buffer, 0, read);
      }
    }
    done = true;
    return withoutEnding(name);
  }

  private static String withoutEnding(String name) {
    String lower = name.toLowerCase(java.util.Locale.ROOT);
    if (lower.endsWith(".gz") && name.length() > 3) {
      return name.substring(0, name.length() - 3);
    }
    return lower.endsWith(".tgz") && name.length() > 4
        ? name.substring(0, name.length() - 4) + ".tar"
        : name;
  }

  @Override
  public void close() {
    // The file is open only while it is unpacked.
  }
}
