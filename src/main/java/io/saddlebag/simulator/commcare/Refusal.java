package io.saddlebag.simulator.commcare;

/** A 401 in JSON without a challenge (the sheet, section 4.2; items 14 and 15). */
public enum Refusal {
  /** The project's plan has no API. */
  PLAN("{\"code\": 401, \"message\": \"You have lost access to this feature.\"}"),
  /** The account needs a second factor. */
  SECOND_FACTOR("{\"error\": \"must send X-COMMCAREHQ-OTP header or 'otp' URL parameter\"}"),
  /** The account asked too often. */
  BLACKLIST("{\"error\": \"API access has been temporarily cut off due to too many requests.\"}");

  final String json;

  Refusal(String json) {
    this.json = json;
  }
}
