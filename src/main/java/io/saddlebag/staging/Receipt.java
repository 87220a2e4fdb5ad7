package io.saddlebag.staging;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a staged file.
 *
 * @param name its safe base name
 * @param bytes its size
 * @param sha256 its digest, lower-case hexadecimal
 * @param contentType what the vendor called it
 * @param path where it is
 * @param lastModified the vendor's Last-Modified, as it was said
 * @param checks the checks that it passed
 * @param stagedAt when it was staged
 */
public record Receipt(
    String name,
    long bytes,
    String sha256,
    @Nullable String contentType,
    Path path,
    @Nullable String lastModified,
    List<String> checks,
    Instant stagedAt) {}
