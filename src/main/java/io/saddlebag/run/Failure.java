package io.saddlebag.run;

/**
 * Why a run ended without delivery.
 *
 * @param name the failure's name, for example {@code JOB_FAILED}
 * @param message what happened and what to do
 */
public record Failure(String name, String message) {}
