package io.saddlebag.staging;

/**
 * What a download should be.
 *
 * @param kind what the bytes must look like
 * @param fallbackName the file's name when the vendor gives none that can be used
 */
public record Expectation(FileKind kind, String fallbackName) {}
