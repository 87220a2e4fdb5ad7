package io.saddlebag.run;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes know of the credentials of each connection: whether the vendor refused them, and
 * who tries them at this moment. No secret is kept here, only a slow and salted digest of one that
 * was refused, by which a node tells whether it has the same. Thread-safe.
 */
public final class CredentialLog {
  private final Jdbi jdbi;

  CredentialLog(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Credentials of a connection: it may have several, one for each way to prove who one is.
   *
   * @param connection the connection's name
   * @param kind the way, as its setting {@code authorization} names it
   */
  public record Key(String connection, String kind) {}

  /**
   * Credentials that the vendor refused.
   *
   * @param key whose
   * @param at when
   * @param digest a slow and salted digest of them
   * @param said what became of the request, without secrets
   */
  public record Refusal(Key key, Instant at, String digest, String said) {}

  /** All that are refused. */
  public List<Refusal> refused() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from credential where refused_at is not null"
                        + " order by connection, kind")
                .map((row, context) -> refusal(row))
                .list());
  }

  /** The refusal of these credentials. */
  public Optional<Refusal> refused(Key key) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select * from credential where connection = :connection and kind = :kind"
                        + " and refused_at is not null")
                .bindMethods(key)
                .map((row, context) -> refusal(row))
                .findOne());
  }

  /**
   * Begins to try credentials; false while somebody else does. A trial whose owner died is over at
   * its end.
   */
  public boolean tryOut(Key key, String owner, Instant now, Instant until) {
    return jdbi.inTransaction(
        handle -> {
          insert(handle, key);
          return handle
                  .createUpdate(
                      "update credential set tried_by = :owner, tried_until = :until"
                          + " where connection = :connection and kind = :kind"
                          + " and (tried_until is null or tried_until <= :now or tried_by = :owner)")
                  .bindMethods(key)
                  .bind("owner", owner)
                  .bind("until", Times.text(until))
                  .bind("now", Times.text(now))
                  .execute()
              == 1;
        });
  }

  /** Ends a trial that has shown nothing. */
  public void release(Key key, String owner) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "update credential set tried_by = null, tried_until = null"
                        + " where connection = :connection and kind = :kind and tried_by = :owner")
                .bindMethods(key)
                .bind("owner", owner)
                .execute());
  }

  /** The vendor accepts the credentials; ends the trial, and what was refused before is over. */
  public void accepted(Key key) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "update credential set tried_by = null, tried_until = null, refused_at = null,"
                        + " digest = null, said = null, told_at = null"
                        + " where connection = :connection and kind = :kind")
                .bindMethods(key)
                .execute());
  }

  /** The vendor refused the credentials; ends the trial. */
  public void refuse(Refusal refusal) {
    jdbi.useTransaction(
        handle -> {
          insert(handle, refusal.key());
          handle
              .createUpdate(
                  "update credential set tried_by = null, tried_until = null, refused_at = :at,"
                      + " digest = :digest, said = :said, told_at = null"
                      + " where connection = :connection and kind = :kind")
              .bindMethods(refusal.key())
              .bind("at", Times.text(refusal.at()))
              .bind("digest", refusal.digest())
              .bind("said", refusal.said())
              .execute();
        });
  }

  /** Whether people were told of a refusal of this connection since then. */
  boolean toldSince(String connection, Instant since) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "select count(*) from credential where connection = :connection"
                            + " and refused_at is not null and told_at > :since")
                    .bind("connection", connection)
                    .bind("since", Times.text(since))
                    .mapTo(Integer.class)
                    .one())
        > 0;
  }

  /** People were told that this connection is refused. */
  void tell(String connection, Instant now) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "update credential set told_at = :now where connection = :connection"
                        + " and refused_at is not null")
                .bind("connection", connection)
                .bind("now", Times.text(now))
                .execute());
  }

  private static void insert(Handle handle, Key key) {
    handle
        .createUpdate(
            "insert into credential (connection, kind) values (:connection, :kind)"
                + " on conflict do nothing")
        .bindMethods(key)
        .execute();
  }

  private static Refusal refusal(ResultSet row) throws SQLException {
    return new Refusal(
        new Key(row.getString("connection"), row.getString("kind")),
        Times.required(row, "refused_at"),
        text(row.getString("digest")),
        text(row.getString("said")));
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
