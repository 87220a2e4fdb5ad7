package io.saddlebag.run;

/** Short steps and long transfers have a timer each, so that downloads never starve the polls. */
public enum Lane {
  /** Create, find, poll, cancel. */
  STEPS("scheduled_steps"),
  /** Download and deliver. */
  TRANSFERS("scheduled_transfers");

  private final String table;

  Lane(String table) {
    this.table = table;
  }

  /** The table of this lane's wake-ups. */
  public String table() {
    return table;
  }
}
