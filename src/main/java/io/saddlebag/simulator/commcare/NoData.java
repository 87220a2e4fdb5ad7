package io.saddlebag.simulator.commcare;

/** How a server says that there is nothing new (the sheet, section 1; item 2). */
public enum NoData {
  /** A redirect to the list of exports: until January 2016. */
  REDIRECT,
  /** The 404 page: until March 2019. */
  NOT_FOUND
}
