package io.saddlebag.staging;

/**
 * Where an interrupted download goes on.
 *
 * @param offset how many bytes are there
 * @param ifRange the strong ETag that proves that the rest belongs to them
 */
public record ResumePoint(long offset, String ifRange) {}
