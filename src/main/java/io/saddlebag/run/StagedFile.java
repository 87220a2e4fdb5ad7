package io.saddlebag.run;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of a run, on local disk, complete and verified; the ledger's view of its receipt.
 *
 * @param run the run's id
 * @param position 0 for the first file of the run
 * @param name the safe base name
 * @param bytes its size
 * @param sha256 its digest, lower-case hexadecimal
 * @param contentType what the vendor called it
 * @param path where it is staged
 * @param vendorModified the vendor's Last-Modified, as it was said
 * @param checks the checks it passed
 * @param stagedAt when it was staged
 * @param deliveredAt when the user's steps took it
 * @param source which of the vendor's files it is, when a run brings several
 * @param node which node's disk it is on; null for a folder that all nodes share
 */
public record StagedFile(
    String run,
    int position,
    String name,
    long bytes,
    String sha256,
    @Nullable String contentType,
    Path path,
    @Nullable String vendorModified,
    List<String> checks,
    Instant stagedAt,
    @Nullable Instant deliveredAt,
    @Nullable String source,
    @Nullable String node) {

  /** A file that is about to be kept: the ledger knows which node carries its run. */
  public StagedFile(
      String run,
      int position,
      String name,
      long bytes,
      String sha256,
      @Nullable String contentType,
      Path path,
      @Nullable String vendorModified,
      List<String> checks,
      Instant stagedAt,
      @Nullable Instant deliveredAt,
      @Nullable String source) {
    this(
        run,
        position,
        name,
        bytes,
        sha256,
        contentType,
        path,
        vendorModified,
        checks,
        stagedAt,
        deliveredAt,
        source,
        null);
  }

  /** Whether the node that carries its run has it on its disk. */
  boolean within(Run run) {
    return node == null || node.equals(run.node());
  }

  /** Whether it is still to be delivered, from the disk of another node than carries its run. */
  public boolean missedBy(Run run) {
    return deliveredAt == null && !within(run);
  }
}
