package io.saddlebag.run;

import java.util.EnumSet;
import java.util.Set;

/** Where a run stands. What is written here has been committed and is never repeated. */
public enum RunState {
  /** Asked for; nothing was sent to the vendor. */
  REQUESTED,
  /** The create request may have been sent; written before it is. */
  CREATING,
  /** The vendor's job is known and not finished. */
  PENDING,
  /** The vendor's file can be fetched. */
  READY,
  /** The vendor's bytes are on local disk, complete and verified. */
  STAGED,
  /** The user's steps ended without an exception. */
  DELIVERED,
  /** Success, and nothing to deliver. */
  EMPTY,
  /** The vendor said so, or a limit of ours was reached. */
  FAILED,
  /** Cancelled by the operator, or at the vendor. */
  CANCELLED;

  private static final Set<RunState> FINISHED = EnumSet.of(DELIVERED, EMPTY, FAILED, CANCELLED);

  /** Whether nothing more will happen by itself. */
  public boolean finished() {
    return FINISHED.contains(this);
  }

  /** Which timer carries a run in this state on. */
  public Lane lane() {
    return this == READY || this == STAGED ? Lane.TRANSFERS : Lane.STEPS;
  }
}
