package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who may call: Basic, or Bearer where it is switched on; fifteen bad tries lock an account
 * (section 4).
 */
final class Accounts {
  private static final int BAD_TRIES = 15;
  private static final Duration LOCKED = Duration.ofMinutes(15);

  private final Clock clock;
  private final Map<String, String> passwords = new HashMap<>();
  private final Map<String, String> roles = new HashMap<>();
  private final Map<String, Set<String>> workspaces = new HashMap<>();
  private final Map<String, Integer> badTries = new HashMap<>();
  private final Map<String, Instant> lockedUntil = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();
  private final Set<String> disabled = new HashSet<>();
  private final Set<String> mustChange = new HashSet<>();

  Accounts(Clock clock) {
    this.clock = clock;
  }

  void add(String user, String password, String role, Set<String> assigned) {
    passwords.put(user, password);
    roles.put(user, role);
    workspaces.put(user, assigned);
  }

  void token(String token, String user) {
    tokens.put(token, user);
  }

  void disable(String workspace) {
    disabled.add(workspace);
  }

  void mustChangePassword(String user) {
    mustChange.add(user);
  }

  int badTries(String user) {
    return badTries.getOrDefault(user, 0);
  }

  boolean knows(String workspace) {
    return workspaces.values().stream().anyMatch(assigned -> assigned.contains(workspace));
  }

  /** True when the call was answered with a refusal. */
  boolean refused(Call call, String workspace) throws IOException {
    String header = String.valueOf(call.request().header("Authorization"));
    String user;
    if (header.startsWith("Bearer ") && !tokens.isEmpty()) {
      user = tokens.get(header.substring("Bearer ".length()));
      if (user == null) {
        return call.header("WWW-Authenticate", "Bearer error=\"invalid_token\"").empty(401);
      }
    } else if (header.startsWith("Basic ")) {
      String pair =
          new String(
              Base64.getDecoder().decode(header.substring("Basic ".length())),
              StandardCharsets.UTF_8);
      user = pair.substring(0, pair.indexOf(':'));
      if (locked(user)) {
        return call.text(401, "application/json", "{\"Message\":\"User is locked\"}");
      }
      if (!pair.substring(user.length() + 1).equals(passwords.get(user))) {
        bad(user);
        return call.header("WWW-Authenticate", "Basic realm=\"WB.Headquarters\", charset=\"UTF-8\"")
            .empty(401);
      }
    } else {
      return call.empty(401);
    }
    if (mustChange.contains(user)) {
      return call.text(
          403,
          "application/json",
          "{\"Message\":\"Set up personal password to get access to this resource.\"}");
    }
    boolean allowed =
        !disabled.contains(workspace)
            && String.valueOf(roles.get(user)).matches("ApiUser|Administrator")
            && (!knows(workspace) || workspaces.getOrDefault(user, Set.of()).contains(workspace));
    if (!allowed) {
      return call.header("WWW-Authenticate", "Basic realm=\"WB.Headquarters\", charset=\"UTF-8\"")
          .empty(403);
    }
    return false;
  }

  private boolean locked(String user) {
    Instant until = lockedUntil.get(user);
    return until != null && clock.instant().isBefore(until);
  }

  private void bad(String user) {
    if (badTries.merge(user, 1, Integer::sum) % BAD_TRIES == 0) {
      lockedUntil.put(user, clock.instant().plus(LOCKED));
    }
  }
}
