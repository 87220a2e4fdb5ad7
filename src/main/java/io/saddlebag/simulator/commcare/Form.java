package io.saddlebag.simulator.commcare;

import java.time.Instant;
import java.util.Map;

/**
 * A submission.
 *
 * @param id its instance id
 * @param receivedAt when the server got it
 * @param duplicate whether it is a duplicate, which only {@code include_errors} shows (item 4)
 * @param values answers by path, for example {@code form|name}
 */
public record Form(String id, Instant receivedAt, boolean duplicate, Map<String, String> values) {}
