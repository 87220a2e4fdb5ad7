package io.saddlebag.simulator.commcare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Call;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The exports of the web pages, which need a session (the sheet, section 2.11; items 16 and 17). No
 * flow of ours uses them; they show what a key or a digest meets there.
 */
final class UiExports {
  /** The cookie of a session that has logged in. */
  static final String SESSION = "sessionid=logged-in";

  private final Map<String, Integer> polls = new HashMap<>();

  boolean answer(Call call, String path) throws IOException {
    if (!String.valueOf(call.request().header("Cookie")).contains(SESSION)) {
      return call.header(
              "Location",
              "/a/" + CommCareSimulator.DEMO_DOMAIN + "/login/?next=" + call.request().path())
          .empty(302);
    }
    return path.endsWith("prepare_custom_export/") ? prepare(call) : poll(call);
  }

  private boolean prepare(Call call) throws IOException {
    if (!String.valueOf(call.request().header("X-CSRFToken")).equals("token")) {
      return call.text(403, "text/html", "<h1>403 Forbidden</h1>");
    }
    if (!call.request().bodyText().contains("form_or_case=")) {
      return call.json(200, object().put("error", "Form did not validate."));
    }
    String id = "dl-0b6c%028d".formatted(polls.size() + 1);
    polls.put(id, 0);
    return call.json(200, object().put("success", true).put("download_id", id));
  }

  /** Ready before there is a file, then with it; what is unknown is never ready (item 17). */
  private boolean poll(Call call) throws IOException {
    String id = String.valueOf(call.query("download_id"));
    Integer count = polls.computeIfPresent(id, (known, polled) -> polled + 1);
    ObjectNode answer = object().put("is_ready", count != null && count > 1);
    answer.put("has_file", count != null && count > 2).put("is_alive", true);
    answer.putObject("progress").put("percent", count == null ? null : Math.min(100, count * 50));
    return call.json(200, answer);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
