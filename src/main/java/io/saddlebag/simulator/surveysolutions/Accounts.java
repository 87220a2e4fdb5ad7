package io.saddlebag.simulator.surveysolutions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call and where: Basic, or Bearer once it is switched on; fifteen wrong passwords lock an
 * account (section 4).
 */
final class Accounts {
  private static final int TRIES = 15;
  private static final Duration LOCKOUT = Duration.ofMinutes(15);

  private final Map<String, Account> accounts = new HashMap<>();
  private final Map<String, String> tokens = new HashMap<>();
  private final Map<String, Integer> badTries = new HashMap<>();
  private final Map<String, Integer> inARow = new HashMap<>();
  private final Map<String, Instant> lockedUntil = new HashMap<>();
  private final Set<String> locked = new HashSet<>();
  private final Set<String> mustChange = new HashSet<>();
  private final Set<String> workspaces = new LinkedHashSet<>();
  private final Set<String> disabled = new HashSet<>();

  private record Account(String name, String password, String role, Set<String> assigned) {
    boolean administers() {
      return role.equals("Administrator");
    }

    boolean mayExport() {
      return administers() || role.equals("ApiUser");
    }
  }

  Accounts() {
    workspaces.add(SurveySolutionsSimulator.WORKSPACE);
  }

  void add(String user, String password, String role, Set<String> assigned) {
    accounts.put(user, new Account(user, password, role, Set.copyOf(assigned)));
    workspaces.addAll(assigned);
  }

  void token(String token, String user) {
    tokens.put(token, user);
  }

  void disable(String workspace) {
    workspaces.add(workspace);
    disabled.add(workspace);
  }

  void lock(String user) {
    locked.add(user);
  }

  void mustChangePassword(String user) {
    mustChange.add(user);
  }

  int badTries(String user) {
    return badTries.getOrDefault(user, 0);
  }

  boolean knows(String workspace) {
    return workspaces.contains(workspace);
  }

  /** The workspace that a lost caller is sent to (section 8 item 19). */
  String firstEnabled() {
    return workspaces.stream()
        .filter(workspace -> !disabled.contains(workspace))
        .findFirst()
        .orElse(SurveySolutionsSimulator.WORKSPACE);
  }

  /** Refuses whoever may not export; an unknown workspace is not a reason (section 4). */
  void check(@Nullable String authorization, String workspace, Instant now) throws Refusal {
    Account account = authenticate(authorization, now);
    if (locked.contains(account.name())) {
      throw Refusal.message(401, "User is locked");
    }
    if (mustChange.contains(account.name())) {
      throw Refusal.message(403, "Set up personal password to get access to this resource.");
    }
    boolean enters =
        !knows(workspace) || account.administers() || account.assigned().contains(workspace);
    if (!account.mayExport() || !enters || disabled.contains(workspace)) {
      throw Refusal.basic(403);
    }
  }

  private Account authenticate(@Nullable String header, Instant now) throws Refusal {
    int space = header == null ? -1 : header.indexOf(' ');
    if (header == null || space < 0) {
      throw Refusal.empty(401);
    }
    String rest = header.substring(space + 1).strip();
    return switch (header.substring(0, space).toLowerCase(Locale.ROOT)) {
      case "basic" -> basic(rest, now);
      case "bearer" -> bearer(rest);
      default -> throw Refusal.empty(401);
    };
  }

  private Account basic(String encoded, Instant now) throws Refusal {
    String pair = decode(encoded);
    String name = pair.substring(0, Math.max(0, pair.indexOf(':')));
    Account account = accounts.get(name);
    boolean lockedOut = now.isBefore(lockedUntil.getOrDefault(name, Instant.MIN));
    if (account == null || !account.password().equals(pair.substring(name.length() + 1))) {
      badTries.merge(name, 1, Integer::sum);
      if (!lockedOut && inARow.merge(name, 1, Integer::sum) >= TRIES) {
        inARow.remove(name);
        lockedUntil.put(name, now.plus(LOCKOUT));
      }
      throw Refusal.basic(401);
    }
    if (lockedOut) {
      throw Refusal.message(401, "User is locked");
    }
    inARow.remove(name);
    return account;
  }

  private Account bearer(String token) throws Refusal {
    if (tokens.isEmpty()) {
      throw Refusal.empty(401);
    }
    String user = tokens.get(token);
    Account account = user == null ? null : accounts.get(user);
    if (account == null) {
      throw Refusal.invalidToken();
    }
    return account;
  }

  private static String decode(String encoded) {
    try {
      return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      return "";
    }
  }
}
