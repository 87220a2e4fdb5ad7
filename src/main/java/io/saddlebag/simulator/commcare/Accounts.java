package io.saddlebag.simulator.commcare;

import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who may come in (the sheet, section 4). Guarded by its simulator. */
final class Accounts {
  private static final int FAILURES = 5;

  private final Digest digest;
  private @Nullable Refusal refusal;
  private int failures;

  Accounts(Clock clock) {
    this.digest = new Digest(clock);
  }

  void refuse(@Nullable Refusal kind) {
    refusal = kind;
  }

  boolean locked() {
    return failures >= FAILURES;
  }

  /** Answers the call when it is not let in; keys and Basic count only where {@code modern}. */
  boolean refused(Call call, boolean modern) throws IOException {
    if (refusal != null) {
      return call.text(401, "application/json", refusal.json);
    }
    RecordedRequest request = call.request();
    String given = request.header("Authorization");
    String header = given == null ? "" : given;
    String scheme = header.replaceFirst(" .*", "").toLowerCase(Locale.ROOT);
    if (modern && scheme.equals("apikey")) {
      boolean right =
          header.equals(
              header.substring(0, 7)
                  + CommCareSimulator.DEMO_USER
                  + ":"
                  + CommCareSimulator.DEMO_API_KEY);
      return !right && call.empty(401);
    }
    if (modern && scheme.equals("basic")) {
      String pair = CommCareSimulator.DEMO_USER + ":" + CommCareSimulator.DEMO_PASSWORD;
      String wanted =
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      return !wanted.equals(header)
          && call.header("WWW-Authenticate", "Basic realm=\"\"").empty(401);
    }
    if (locked()) {
      return call.text(
          401, "application/json", "{\"error\": \"maximum password attempts exceeded\"}");
    }
    if (scheme.equals("digest")
        && digest.accepts(request, CommCareSimulator.DEMO_USER, CommCareSimulator.DEMO_PASSWORD)) {
      failures = 0;
      return false;
    }
    if (scheme.equals("digest")) {
      failures++;
    }
    return digest.challenge(call);
  }
}
