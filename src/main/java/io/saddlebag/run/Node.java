package io.saddlebag.run;

import java.time.Instant;

/**
 * A node as the ledger knows it.
 *
 * @param id its identity
 * @param name its name, for people
 * @param host the machine it was started on
 * @param holder the process that holds the identity
 * @param place see {@link NodeIdentity}
 * @param sharedStaging whether it stages into a folder that all nodes share
 * @param startedAt when its process was started, by the database's clock
 * @param leaseUntil until when it counts as there, by the database's clock
 * @param away whether its lease is over
 * @param settled whether what it carried was given to the others since
 */
public record Node(
    String id,
    String name,
    String host,
    String holder,
    String place,
    boolean sharedStaging,
    Instant startedAt,
    Instant leaseUntil,
    boolean away,
    boolean settled) {

  /** The node in words. */
  public String words() {
    return name + " on " + host + " (" + id + ")";
  }
}
