package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.storage.StorageSimulator.Style;
import io.saddlebag.simulator.storage.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the archives in one of the two ways and hands them out (section 5). */
final class ArchiveFiles {
  private static final Duration LINK_LIFETIME = Duration.ofHours(10);
  private static final int PARTIAL_BYTES = 64 << 10;

  private final Settings settings;
  private final StorageSimulator storage;
  private final Map<Long, Body> local = new HashMap<>();
  private final Map<String, Body> bucket = new HashMap<>();
  private final Map<String, Integer> generations = new HashMap<>();

  ArchiveFiles(Settings settings, StorageSimulator storage) {
    this.settings = settings;
    this.storage = storage;
  }

  /** Whether the server sees a file at the place of this job's. */
  boolean has(Job job, Instant now) {
    return stored(job) != null || isBeingWritten(job, now);
  }

  /** The archive of a job is complete; in S3 mode it replaces the previous one. */
  void finish(Job job) {
    if (settings.withoutFile || job.parameters().cloud() != null) {
      remove(job);
      return;
    }
    Body archive = export(job, generations.merge(key(job), 1, Integer::sum));
    if (settings.s3Storage) {
      bucket.put(key(job), archive);
      storage.put(object(job, archive));
    } else {
      local.put(job.id(), archive);
    }
  }

  /** A job stops while it zips: on a disk the part that was written stays (section 5). */
  void leavePartial(Job job) {
    if (!settings.s3Storage) {
      local.put(job.id(), beginning(export(job, nextGeneration(job))));
    }
  }

  /** Deletes the file of a job, as a retention policy does (section 8 item 17). */
  void remove(Job job) {
    if (settings.s3Storage) {
      bucket.remove(key(job));
    } else {
      local.remove(job.id());
    }
  }

  /** The answer to a download (section 8 items 8 to 11, 17 and 18). */
  Reply download(Job job, Instant now) {
    String name = job.parameters().fileName();
    if (job.parameters().type() == ExportType.DDI) {
      return stream(export(job, 1), name);
    }
    if (job.refusesFile()) {
      return Reply.empty(400);
    }
    if (isBeingWritten(job, now)) {
      return settings.partialWhileRunning
          ? stream(beginning(export(job, nextGeneration(job))), name)
          : Reply.empty(500);
    }
    Body body = stored(job);
    if (body == null) {
      return Reply.empty(400);
    }
    return settings.s3Storage ? redirect(job, body) : stream(body, name);
  }

  private Reply redirect(Job job, Body body) {
    URI link = storage.sign(object(job, body), Style.V4, LINK_LIFETIME);
    return call -> call.header("Location", link.toString()).empty(302);
  }

  private static StoredObject object(Job job, Body body) {
    String disposition = "attachment; filename =\"" + job.parameters().fileName() + "\"";
    return new StoredObject(key(job), body, "application/zip", disposition, null);
  }

  private static Reply stream(Body body, String name) {
    return call ->
        call.header(
                "Content-Disposition",
                "attachment; filename=" + name + "; filename*=UTF-8''" + name)
            .chunked(200, "application/zip", body);
  }

  private Body export(Job job, int generation) {
    return Archives.export(job.parameters(), generation, settings);
  }

  private boolean isBeingWritten(Job job, Instant now) {
    return settings.fileWhileRunning && !settings.s3Storage && job.isZipping(now);
  }

  private @Nullable Body stored(Job job) {
    return settings.s3Storage ? bucket.get(key(job)) : local.get(job.id());
  }

  private static String key(Job job) {
    return job.parameters().storageKey();
  }

  private int nextGeneration(Job job) {
    return generations.getOrDefault(key(job), 0) + 1;
  }

  private static Body beginning(Body whole) {
    int half = (int) Math.min(whole.length() / 2, PARTIAL_BYTES);
    ByteArrayOutputStream part =
        new ByteArrayOutputStream(half) {
          @Override
          public void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, half - size()));
            if (size() == half) {
              throw new HalfWritten();
            }
          }
        };
    try {
      whole.writeTo(part, 0);
    } catch (HalfWritten enough) {
      // The rest is never written.
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return Body.of(part.toByteArray());
  }

  private static final class HalfWritten extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
