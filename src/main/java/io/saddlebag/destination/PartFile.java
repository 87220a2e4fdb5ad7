package io.saddlebag.destination;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of files that are being written beside those that they become. Each delivery has a name
 * of its own, so that two at once never write into one file; all begin with {@code .part-}.
 *
 * <p>A process that was killed leaves its part behind. The same delivery, made again by another
 * process, removes it at once: a run is carried by one process at a time. Of other deliveries only
 * what nobody has written to for an hour is removed, and of other programs nothing.
 */
final class PartFile {
  private static final Logger LOG = LoggerFactory.getLogger(PartFile.class);
  private static final String PREFIX = ".part-";
  private static final Pattern NAME =
      Pattern.compile("[.]part-([0-9a-f]{12})-([0-9a-f]{12})-([0-9a-f]{12})");

  /** Tells what this process writes from what another one wrote. */
  private static final String PROCESS = random();

  private static final Duration OLD = Duration.ofHours(1);
  private static final Duration IDLE = Duration.ofSeconds(2);

  private final Clock clock;

  PartFile(Clock clock) {
    this.clock = clock;
  }

  /**
   * A new name beside a file's.
   *
   * @param delivery what is delivered, the same for each repetition
   */
  Path beside(Path target, String delivery) {
    return target.resolveSibling(
        PREFIX + digest(target, delivery) + "-" + PROCESS + "-" + random());
  }

  /** Removes what deliveries that did not end have left beside a file; none fails for it. */
  void sweep(Path target, String delivery) {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder(target), PREFIX + "*")) {
      for (Path part : parts) {
        if (leftover(part, target, delivery)) {
          Files.deleteIfExists(part);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn(
          "What an earlier delivery left beside {} cannot be removed: {}", target, e.toString());
    }
  }

  private boolean leftover(Path part, Path target, String delivery) throws IOException {
    String name = part.getFileName().toString();
    Matcher ours = NAME.matcher(name);
    if (!ours.matches()) {
      // A version before this one had one part for all deliveries of a name.
      return name.equals(PREFIX + target.getFileName()) && olderThan(OLD, part);
    }
    boolean repeated =
        ours.group(1).equals(digest(target, delivery)) && !ours.group(2).equals(PROCESS);
    return olderThan(repeated ? IDLE : OLD, part);
  }

  private boolean olderThan(Duration age, Path part) throws IOException {
    try {
      Instant written = Files.getLastModifiedTime(part).toInstant();
      return written.isBefore(clock.instant().minus(age));
    } catch (NoSuchFileException alreadyGone) {
      return false;
    }
  }

  private static Path folder(Path target) {
    Path folder = target.getParent();
    return folder == null ? target : folder;
  }

  private static String digest(Path target, String delivery) {
    String text = delivery + "\n" + target.getFileName();
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString().substring(24);
  }

  private static String random() {
    return UUID.randomUUID().toString().substring(24);
  }
}
