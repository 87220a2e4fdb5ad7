package io.saddlebag;

import io.saddlebag.console.SaddlebagCommand;

/** The program's entry: hands the command line over and exits with the command's code. */
public final class Main {
  private Main() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    if (arguments.length == 1 && arguments[0].equals("--version")) {
      // What is asked by scripts, and needs none of the program.
      System.out.println("saddlebag " + Saddlebag.VERSION);
      return;
    }
    System.exit(SaddlebagCommand.execute(arguments));
  }
}
