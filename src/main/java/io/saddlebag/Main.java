package io.saddlebag;

public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.out.println("saddlebag");
  }
}
