package io.saddlebag.simulator.storage;

import io.saddlebag.simulator.Body;
import org.jspecify.annotations.Nullable;

/**
 * An object behind a signed link.
 *
 * @param path its path, starting with a slash
 * @param body its bytes
 * @param contentType the type it is stored with
 * @param disposition what the link's {@code response-content-disposition} says, or null
 * @param typeOverride what the link's {@code response-content-type} says, or null
 */
public record StoredObject(
    String path,
    Body body,
    String contentType,
    @Nullable String disposition,
    @Nullable String typeOverride) {}
