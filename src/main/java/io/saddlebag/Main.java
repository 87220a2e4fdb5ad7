package io.saddlebag;

import io.saddlebag.console.SaddlebagCommand;

/** The program's entry: hands the command line over and exits with the command's code. */
public final class Main {
  private Main() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    System.exit(SaddlebagCommand.execute(arguments));
  }
}
