package io.saddlebag.http;

import io.saddlebag.export.Connection;
import io.saddlebag.run.StepFailure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** How a connection proves who it is, by its setting {@code authorization}. */
enum Authorization {
  /** {@code user} and {@code password}, sent with every request so that no challenge is needed. */
  BASIC {
    @Override
    Optional<Credential> of(Connection connection) {
      String pair = connection.get("user") + ":" + connection.get("password");
      String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      return Optional.of(new Credential("Authorization", "Basic " + encoded));
    }
  },
  /** {@code token}, as a bearer token. */
  BEARER {
    @Override
    Optional<Credential> of(Connection connection) {
      return Optional.of(new Credential("Authorization", "Bearer " + connection.get("token")));
    }
  },
  /** {@code api-key}, in the header {@code x-api-key}. */
  API_KEY {
    @Override
    Optional<Credential> of(Connection connection) {
      return Optional.of(new Credential("x-api-key", connection.get("api-key")));
    }
  },
  /**
   * {@code token}, inside the request body; downloads have no body and take it as a bearer token.
   */
  BODY {
    @Override
    Optional<Credential> of(Connection connection) {
      return BEARER.of(connection);
    }
  },
  /** {@code user} and {@code password}, as the answer to the server's Digest challenge. */
  DIGEST {
    @Override
    Optional<Credential> of(Connection connection) {
      return Optional.of(
          new Credential(
              DigestHandshake.CREDENTIALS,
              connection.get("user") + ":" + connection.get("password")));
    }
  },
  /** {@code user} and {@code api-key}, in CommCare HQ's scheme {@code ApiKey}. */
  USER_API_KEY {
    @Override
    Optional<Credential> of(Connection connection) {
      return Optional.of(
          new Credential(
              "Authorization",
              "ApiKey " + connection.get("user") + ":" + connection.get("api-key")));
    }
  },
  /** An access token for {@code client-id} and {@code client-secret}; see {@link AccessTokens}. */
  OAUTH2 {
    @Override
    Optional<Credential> of(Connection connection) {
      return Optional.empty();
    }
  },
  /** Headers that the Kamelet declares. */
  DECLARED {
    @Override
    Optional<Credential> of(Connection connection) {
      return Optional.empty();
    }
  },
  /** No credentials. */
  NONE {
    @Override
    Optional<Credential> of(Connection connection) {
      return Optional.empty();
    }
  };

  /** A request header. */
  record Credential(String header, String value) {
    @Override
    public String toString() {
      return header + ": ***";
    }
  }

  abstract Optional<Credential> of(Connection connection);

  /** What proves a call over this connection. */
  static List<Credential> credentials(Connection connection, AccessTokens tokens) {
    Authorization kind = kindOf(connection);
    List<Credential> credentials =
        switch (kind) {
          case OAUTH2 ->
              tokens.find(connection).stream()
                  .map(token -> new Credential("Authorization", "Bearer " + token))
                  .toList();
          case DECLARED ->
              connection.scheme().orElseThrow().values(connection).entrySet().stream()
                  .map(header -> new Credential(header.getKey(), header.getValue()))
                  .toList();
          default -> kind.of(connection).stream().toList();
        };
    credentials.forEach(credential -> check(credential, connection));
    return credentials;
  }

  /** Other characters would reach the vendor as question marks, or as another header. */
  private static void check(Credential credential, Connection connection) {
    if (!credential.header().equals(DigestHandshake.CREDENTIALS)
        && !credential.value().matches("[ -~]*")) {
      throw new StepFailure.Rejected(
          "CREDENTIALS_UNUSABLE",
          "a secret of the connection "
              + connection.name()
              + " has characters that cannot be sent in the header "
              + credential.header()
              + ", so nothing was sent; correct it in application.properties or in its environment"
              + " variable, then run again");
    }
  }

  /** The kind that a connection is set to; throws for a word that nobody knows. */
  static Authorization kindOf(Connection connection) {
    if (connection.scheme().isPresent()) {
      return DECLARED;
    }
    String word = connection.find("authorization").orElse("none");
    return switch (word) {
      case "basic" -> BASIC;
      case "bearer" -> BEARER;
      case "api-key" -> API_KEY;
      case "body" -> BODY;
      case "digest" -> DIGEST;
      case "user-api-key" -> USER_API_KEY;
      case "oauth2" -> OAUTH2;
      case "none" -> NONE;
      default ->
          throw new IllegalStateException(
              connection.name()
                  + ".authorization: \""
                  + word
                  + "\" is no known way to prove who one is: see docs/adding-a-vendor.md");
    };
  }
}
