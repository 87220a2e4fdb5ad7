package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Body;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** How the server behaves at the moment (section 8); guarded by its simulator. */
final class Settings {
  Duration pace = Duration.ofSeconds(1);
  Duration queue = Duration.ofMillis(50);
  Duration afterFailure = Duration.ofSeconds(10);
  Duration cancelTakes = Duration.ZERO;
  @Nullable Duration eta;
  int lastProgress = 30;
  int failuresToShow;
  int notReadyAnswers;
  boolean diskFull;
  boolean withoutFile;
  boolean s3Storage;
  boolean fileWhileRunning = true;
  boolean partialWhileRunning;
  boolean leavesPartialFile;
  boolean encrypted;
  boolean zip64;
  boolean completesAnyway;
  boolean requeuesParadata;
  boolean manyWorkers;
  String word = "Completed";
  ServerVersion version = ServerVersion.V26_04;
  ZoneId serverZone = ZoneOffset.UTC;
  @Nullable URI publicBase;
  @Nullable Body payload;

  /** How many phases Running has: sync, writing, zipping and, in S3 mode, upload (item 7). */
  int phases() {
    return s3Storage ? 4 : 3;
  }

  /** How long one phase of Running takes. */
  Duration phase() {
    return pace.dividedBy(phases());
  }

  /** Whether the attempt that starts now fails; each planned failure is shown once (item 12). */
  boolean takeFailure() {
    if (failuresToShow == 0) {
      return false;
    }
    failuresToShow--;
    return true;
  }
}
