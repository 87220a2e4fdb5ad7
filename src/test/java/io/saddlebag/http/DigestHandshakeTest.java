package io.saddlebag.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.RawServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7616, with answers that the test computes by itself. */
class DigestHandshakeTest {
  private static final String PASSWORD = "Circle of Life: 7";
  private static final String TARGET = "/dir/index.html?tag=%22a%2Bb%22";
  private static final Pattern PARAM =
      Pattern.compile("([A-Za-z0-9*]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^,\\s]+))");

  private Calls calls;

  @BeforeEach
  void open() {
    calls = new Calls(Proxies.none());
  }

  @AfterEach
  void close() {
    calls.close();
  }

  private static String digest(String more) {
    return "WWW-Authenticate: Digest realm=\"r\", nonce=\"n0\"" + more;
  }

  private String call(RawServer server) {
    return calls.answer(
        "GET", server.address(), TARGET, Map.of(DigestHandshake.CREDENTIALS, "Mufasa:" + PASSWORD));
  }

  /** A server that wants the answer to one of these challenges, and says which it got. */
  private static RawServer server(String... challenges) throws IOException {
    return new RawServer(
        peer -> {
          for (String request = peer.request(); request != null; request = peer.request()) {
            String given = RawServer.header(request, "Authorization");
            if (given == null) {
              peer.answer("401 Unauthorized", "who?", challenges);
            } else {
              Map<String, String> params = params(given);
              boolean right = expected(params).equals(params.get("response"));
              peer.answer(
                  right ? "200 OK" : "401 Unauthorized",
                  params.getOrDefault("algorithm", "MD5") + " " + params.get("qop"));
            }
          }
        });
  }

  private static Map<String, String> params(String header) {
    Map<String, String> params = new HashMap<>();
    Matcher matcher = PARAM.matcher(header);
    while (matcher.find()) {
      String quoted = matcher.group(2);
      params.put(
          matcher.group(1), quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    return params;
  }

  private static String expected(Map<String, String> given) {
    String algorithm = given.getOrDefault("algorithm", "MD5");
    String a1 = given.get("username") + ":" + given.get("realm") + ":" + PASSWORD;
    if (algorithm.toLowerCase(Locale.ROOT).endsWith("-sess")) {
      a1 = hash(algorithm, a1) + ":" + given.get("nonce") + ":" + given.get("cnonce");
    }
    String qop = given.get("qop");
    String a2 = "GET:" + TARGET + ("auth-int".equals(qop) ? ":" + hash(algorithm, "") : "");
    List<String> parts = new ArrayList<>(List.of(hash(algorithm, a1), given.get("nonce")));
    if (qop != null) {
      parts.addAll(List.of(given.get("nc"), given.get("cnonce"), qop));
    }
    parts.add(hash(algorithm, a2));
    return given.get("uri").equals(TARGET) ? hash(algorithm, String.join(":", parts)) : "";
  }

  private static String hash(String algorithm, String text) {
    String name =
        algorithm.replaceFirst("(?i)-sess$", "").replaceFirst("(?i)SHA-512-256", "SHA-512/256");
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance(name).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ", algorithm=MD5",
        ", algorithm=\"MD5\", qop=\"auth\"",
        ", qop=\"auth\", algorithm=MD5-sess",
        ", qop=\"auth\", algorithm=SHA-256",
        ", qop=\"auth\", algorithm=SHA-256-sess",
        ", qop=\"auth\", algorithm=SHA-512-256",
        ", qop=\"auth,auth-int\", algorithm=MD5",
        ", qop=\"auth-int , auth\", algorithm=MD5",
        ", qop=auth, opaque=\"a, b=c\"",
        ", qop=\"auth-int\"",
        ", qop=\"auth\", userhash=true, algorithm=SHA-256",
        ", domain=\"/a, /b\", stale=false, qop=\"auth\""
      })
  void a_challenge_is_answered(String challenge) throws Exception {
    try (RawServer server = server(digest(challenge))) {
      assertThat(call(server)).startsWith("200 ");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void an_unknown_algorithm_in_an_earlier_header_does_not_hide_a_known_one() throws Exception {
    try (RawServer server =
        server(
            digest(", qop=\"auth\", algorithm=SHA3-512"),
            digest(", qop=\"auth\", algorithm=Future-1-sess"),
            digest(", qop=\"auth\", algorithm=SHA-256"))) {
      assertThat(call(server)).isEqualTo("200 SHA-256 auth");
    }
  }

  @Test
  void an_unknown_algorithm_earlier_in_the_same_header_does_not_hide_a_known_one()
      throws Exception {
    try (RawServer server =
        server(
            "WWW-Authenticate: Basic realm=\"a, Digest b\", Digest realm=\"r\", nonce=\"n0\","
                + " qop=\"auth\", algorithm=SHA3-512, Digest realm=\"r, 2\", nonce=\"n1\","
                + " qop=\"auth\", algorithm=MD5")) {
      assertThat(call(server)).isEqualTo("200 MD5 auth");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Digest",
        "Digest realm=\"unclosed, nonce=",
        ", ,",
        "Digest realm=\"r\", nonce=\"n0\", qop=\"auth-conf\"",
        "Digest realm=\"without nonce\""
      })
  void a_challenge_that_cannot_be_answered_does_not_hide_the_next(String first) throws Exception {
    try (RawServer server =
        server("WWW-Authenticate: " + first, digest(", qop=\"auth\", algorithm=MD5"))) {
      assertThat(call(server)).isEqualTo("200 MD5 auth");
    }
  }

  @Test
  void the_password_is_not_sent_where_no_algorithm_is_known() throws Exception {
    try (RawServer server = server(digest(", qop=\"auth\", algorithm=SHA3-512"))) {
      assertThat(call(server)).contains("StepFailure").contains("SHA3-512");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void a_refused_password_is_not_sent_again() throws Exception {
    try (RawServer server =
        new RawServer(
            peer -> {
              while (peer.request() != null) {
                peer.answer("401 Unauthorized", "no", digest(", qop=\"auth\""));
              }
            })) {
      assertThat(call(server)).isEqualTo("401 no");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100})
  void a_nonce_that_was_too_old_is_replaced_once(int staleAnswers) throws Exception {
    List<String> nonces = new ArrayList<>();
    try (RawServer server =
        new RawServer(
            peer -> {
              for (String request = peer.request(); request != null; request = peer.request()) {
                String given = RawServer.header(request, "Authorization");
                nonces.add(given == null ? "none" : params(given).get("nonce"));
                if (nonces.size() > 1 + staleAnswers) {
                  peer.answer("200 OK", "fine");
                } else {
                  String stale = given == null ? "" : ", stale=TRUE";
                  peer.answer(
                      "401 Unauthorized",
                      "no",
                      "WWW-Authenticate: Digest realm=\"r\", qop=\"auth\", nonce=\"n"
                          + nonces.size()
                          + "\""
                          + stale);
                }
              }
            })) {
      assertThat(call(server)).isEqualTo(staleAnswers == 1 ? "200 fine" : "401 no");
      assertThat(nonces).containsExactly("none", "n1", "n2");
    }
  }
}
