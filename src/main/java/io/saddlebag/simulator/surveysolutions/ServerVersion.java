package io.saddlebag.simulator.surveysolutions;

/** A server version by the shape of its job object (Survey Solutions sheet, section 2.1). */
public enum ServerVersion {
  /** No CreateDate, null for what is missing in Error and Links. */
  V21_01,
  /** CreateDate, empty strings, IncludeMeta as it was sent. */
  V24_06,
  /** ParadataReduced as well; both flags are false when they were not sent. */
  V26_04
}
