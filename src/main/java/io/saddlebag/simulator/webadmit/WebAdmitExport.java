package io.saddlebag.simulator.webadmit;

import io.saddlebag.simulator.Body;

/**
 * An export template as a user built it (the sheet, section 2.2).
 *
 * @param id its id
 * @param name its name
 * @param format what the format is called
 * @param mimeType the type of its files
 * @param fileName the name of its files
 * @param payload the bytes of its files
 */
public record WebAdmitExport(
    int id, String name, String format, String mimeType, String fileName, Body payload) {}
