package io.saddlebag.zip;

import java.io.IOException;

/**
 * An archive that is not what it says. The message goes on from "the zip archive is broken: " and
 * quotes nothing of the archive, whose names may hold anything.
 */
public final class BrokenZip extends IOException {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Fault {
    /** The end is missing, as after a download that was cut off. */
    CUT_OFF,
    /** Records of the archive do not agree with each other. */
    STRUCTURE,
    /** The data of a member are not what was packed. */
    DATA
  }

  private final Fault fault;

  /** An archive that is broken in this way. */
  public BrokenZip(Fault fault, String why) {
    super(why);
    this.fault = fault;
  }

  static BrokenZip structure(String why) {
    return new BrokenZip(Fault.STRUCTURE, why);
  }

  /** What is wrong. */
  public Fault fault() {
    return fault;
  }
}
