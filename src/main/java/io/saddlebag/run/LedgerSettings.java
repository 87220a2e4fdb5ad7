package io.saddlebag.run;

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

  @Override
  public String toString() {
    return url;
  }
}
