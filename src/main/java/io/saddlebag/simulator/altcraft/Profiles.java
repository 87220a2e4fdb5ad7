package io.saddlebag.simulator.altcraft;

import io.saddlebag.simulator.Body;
import java.nio.charset.StandardCharsets;

/**
 * The CSV files of profiles/get_all, its rows shared among them (item 8).
 *
 * @param total how many profiles
 * @param files in how many files
 */
record Profiles(int total, int files) {

  /** The file of this number, counted from 0. */
  Body csv(int file) {
    StringBuilder csv = new StringBuilder("id,email\n");
    for (int i = file; i < total; i += files) {
      csv.append(i + 1).append(",zoe").append(i + 1).append("@example.org\n");
    }
    return Body.of(csv.toString().getBytes(StandardCharsets.UTF_8));
  }
}
