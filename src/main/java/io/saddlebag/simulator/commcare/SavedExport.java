package io.saddlebag.simulator.commcare;

import io.saddlebag.simulator.Body;

/**
 * A daily saved export as it was built last.
 *
 * @param name the export's name
 * @param ending the ending of its file
 * @param contentType what it is served as
 * @param body its bytes
 */
public record SavedExport(String name, String ending, String contentType, Body body) {}
