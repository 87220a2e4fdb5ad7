package io.saddlebag.run;

/**
 * Where vendors call back.
 *
 * @param url where vendors reach this node, without a slash at its end; empty where they cannot
 * @param secret the part of the path that only vendors know; empty for none
 */
public record CallbackSettings(String url, String secret) {

  /** Whether both are set. */
  public boolean usable() {
    return !url.isEmpty() && !secret.isEmpty();
  }

  @Override
  public String toString() {
    return "callbacks at " + url;
  }
}
