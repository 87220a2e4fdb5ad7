package io.saddlebag.staging;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a download request, a 200 or a 206.
 *
 * @param status the HTTP status
 * @param contentLength announced bytes of this answer, -1 when unknown
 * @param contentRange the Content-Range header, as it was said
 * @param etag the ETag header, as it was said
 * @param lastModified the Last-Modified header, as it was said
 * @param contentType the Content-Type header, as it was said
 * @param contentDisposition the Content-Disposition header, as it was said
 * @param rangesAccepted whether the server said {@code Accept-Ranges: bytes}
 * @param body the bytes; the receiver closes it
 */
public record Answer(
    int status,
    long contentLength,
    @Nullable String contentRange,
    @Nullable String etag,
    @Nullable String lastModified,
    @Nullable String contentType,
    @Nullable String contentDisposition,
    boolean rangesAccepted,
    InputStream body) {}
