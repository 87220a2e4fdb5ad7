package io.saddlebag.staging;

import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a download request, a 200 or a 206.
 *
 * @param status the HTTP status
 * @param contentLength announced bytes of this answer, as they come, -1 when unknown
 * @param contentRange the Content-Range header, as it was said
 * @param etag the ETag header, as it was said
 * @param lastModified the Last-Modified header, as it was said
 * @param contentType the Content-Type header, as it was said
 * @param contentDisposition the Content-Disposition header, as it was said
 * @param contentEncoding the Content-Encoding header, as it was said, several joined by commas
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
    @Nullable String contentEncoding,
    boolean rangesAccepted,
    InputStream body) {

  /** An answer without a content coding. */
  public Answer(
      int status,
      long contentLength,
      @Nullable String contentRange,
      @Nullable String etag,
      @Nullable String lastModified,
      @Nullable String contentType,
      @Nullable String contentDisposition,
      boolean rangesAccepted,
      InputStream body) {
    this(
        status,
        contentLength,
        contentRange,
        etag,
        lastModified,
        contentType,
        contentDisposition,
        null,
        rangesAccepted,
        body);
  }
}
