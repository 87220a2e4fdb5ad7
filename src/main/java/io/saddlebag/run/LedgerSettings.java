package io.saddlebag.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the ledger is.
 *
 * @param url a JDBC URL, {@code jdbc:sqlite:<file>} or {@code jdbc:postgresql://…}
 * @param user the database user, null for SQLite
 * @param password the database password, null for SQLite
 */
public record LedgerSettings(String url, @Nullable String user, @Nullable String password) {

  /** Whether the ledger is a SQLite file. */
  public boolean sqlite() {
    return url.startsWith("jdbc:sqlite:");
  }

  /** The file of a SQLite ledger; null when the ledger is in no file. */
  @Nullable Path file() {
    if (!sqlite()) {
      return null;
    }
    String file = url.substring("jdbc:sqlite:".length()).replaceFirst("[?].*$", "");
    return file.isEmpty() || file.startsWith(":") || file.startsWith("file:")
        ? null
        : Path.of(file);
  }

  /** The address alone: what stands behind it, or before its host, may be a secret. */
  @Override
  public String toString() {
    return url.replaceFirst("[?;].*$", "").replaceFirst("//[^/]*@", "//");
  }

  /** A message of a driver without the URL that it may quote, and without the password. */
  String clean(String message) {
    String clean = message.replace(url, toString());
    return password == null || password.isEmpty() ? clean : clean.replace(password, "***");
  }
}
