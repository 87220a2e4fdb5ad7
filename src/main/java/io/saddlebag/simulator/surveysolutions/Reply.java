package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.simulator.Call;
import java.io.IOException;

/** An answer that has been decided but not written yet, so that no lock is held while writing. */
@FunctionalInterface
interface Reply {
  String JSON = "application/json; charset=utf-8";

  /** Writes the answer. */
  boolean send(Call call) throws IOException;

  /** An answer with this status and no body. */
  static Reply empty(int status) {
    return call -> call.empty(status);
  }

  /** An answer in JSON. */
  static Reply json(int status, JsonNode body) {
    return call -> call.json(status, body);
  }

  /** An answer for people. */
  static Reply html(int status, String page) {
    return call -> call.text(status, "text/html; charset=utf-8", page);
  }
}
