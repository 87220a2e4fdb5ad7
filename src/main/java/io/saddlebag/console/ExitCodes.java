package io.saddlebag.console;

/** The exit codes of every command; docs/cli.md lists them. */
final class ExitCodes {
  static final int OK = 0;
  static final int RUN_FAILED = 1;
  static final int USAGE = 2;
  static final int CONFIGURATION = 3;
  static final int NO_SUCH_THING = 4;
  static final int UNAVAILABLE = 5;
  static final int CANCELLED = 6;
  static final int DETACHED = 130;
  static final int DEFECT = 70;

  private ExitCodes() {}
}
