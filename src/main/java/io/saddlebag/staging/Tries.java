package io.saddlebag.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * How often the fetches of one file failed, each failure counted by its name, and how far they
 * came. Kept beside the part file, so that a restart does not begin to count anew; gone when the
 * file is staged.
 *
 * <p>A transfer that broke off after it brought the part file further than ever is progress, and
 * may go on until the run's deadline. Everything else that can be counted has a bound.
 */
final class Tries {
  private static final String KEPT = "kept";
  private static final String ROOM = "room";
  private static final String RANGES = "RANGE_MISMATCH";

  /** A server whose ranges did not fit twice is asked for none any more. */
  private static final int RANGES_TRUSTED = 2;

  private final Path file;

  Tries(Path file) {
    this.file = file;
  }

  /**
   * Counts a failure, and says what comes of it.
   *
   * @param kept how many bytes are there to be resumed from
   */
  StagingFailure after(StagingFailure failure, long kept) {
    if (!failure.counted()) {
      return failure;
    }
    Properties tries = read();
    if (failure.brokeOff() && kept > number(tries, KEPT)) {
      tries.setProperty(KEPT, String.valueOf(kept));
      tries.remove(failure.failureName());
      write(tries);
      return failure.again();
    }
    int times = count(tries, failure.failureName());
    return times < failure.tries() ? failure.again() : failure.givenUp(times);
  }

  /** Counts a failure that staging knows nothing of; how often it happened. */
  int count(String name) {
    Properties tries = read();
    return count(tries, name);
  }

  private int count(Properties tries, String name) {
    int times = (int) number(tries, name) + 1;
    tries.setProperty(name, String.valueOf(times));
    write(tries);
    return times;
  }

  /** Whether the server's ranges have fitted well enough to ask for another. */
  boolean rangesTrusted() {
    return number(read(), RANGES) < RANGES_TRUSTED;
  }

  /** Remembers that a disk was full after so many bytes, so that the next try asks for as many. */
  void needsRoom(long bytes) {
    Properties tries = read();
    tries.setProperty(ROOM, String.valueOf(bytes));
    write(tries);
  }

  /** How much room an earlier try needed at least; 0 when no disk was full. */
  long room() {
    return number(read(), ROOM);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  private static long number(Properties tries, String name) {
    String value = tries.getProperty(name, "");
    return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
  }

  private Properties read() {
    Properties tries = new Properties();
    if (Files.exists(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        tries.load(in);
      } catch (IOException | IllegalArgumentException damaged) {
        tries.clear();
      }
    }
    return tries;
  }

  /** A disk without room for these few bytes is told as such by the next fetch. */
  private void write(Properties tries) {
    try (OutputStream out = Files.newOutputStream(file)) {
      tries.store(out, null);
    } catch (IOException fullOrGone) {
      return;
    }
  }
}
