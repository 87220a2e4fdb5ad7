package io.saddlebag.simulator.alida;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.saddlebag.simulator.Call;
import io.saddlebag.simulator.RecordedRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The token endpoint (the sheet, section 2.1; item 1). Guarded by its simulator. */
final class AlidaTokens {
  private final Clock clock;
  private final Map<String, Instant> tokens = new HashMap<>();
  private Duration lifetime = Duration.ofHours(1);
  private boolean requireApiKey;
  private int issued;

  AlidaTokens(Clock clock) {
    this.clock = clock;
  }

  void lifetime(Duration time) {
    lifetime = time;
  }

  void requireApiKey(boolean required) {
    requireApiKey = required;
  }

  void revoke() {
    tokens.clear();
  }

  int issued() {
    return issued;
  }

  boolean accepts(RecordedRequest request) {
    String header = String.valueOf(request.header("Authorization"));
    Instant until = tokens.get(header.replaceFirst("^Bearer ", ""));
    return header.startsWith("Bearer ") && until != null && clock.instant().isBefore(until);
  }

  boolean answer(Call call) throws IOException {
    RecordedRequest request = call.request();
    String pair = AlidaSimulator.DEMO_CLIENT_ID + ":" + AlidaSimulator.DEMO_CLIENT_SECRET;
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    boolean right =
        request.method().equals("POST")
            && basic.equals(request.header("Authorization"))
            && request.bodyText().contains("grant_type=client_credentials")
            && (!requireApiKey || AlidaSimulator.DEMO_API_KEY.equals(request.header("x-api-key")));
    if (!right) {
      return AlidaSimulator.error(call, 401, "Invalid client credentials");
    }
    String token = "eyJhbGciOiJub25lIn0.demo-" + ++issued;
    tokens.put(token, clock.instant().plus(lifetime));
    return call.json(
        200,
        JsonNodeFactory.instance
            .objectNode()
            .put("access_token", token)
            .put("token_type", "Bearer")
            .put("expires_in", Math.max(1, lifetime.toSeconds())));
  }
}
