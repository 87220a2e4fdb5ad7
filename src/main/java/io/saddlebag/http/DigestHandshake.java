package io.saddlebag.http;

import io.saddlebag.run.Printable;
import io.saddlebag.run.StepFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.auth.DigestScheme;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.ParserCursor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one Digest challenge of a request that asks for it, and no second one but for a nonce
 * that was too old: a password that is refused again and again locks the account (CommCare HQ's
 * sheet, section 4). The digest is made over the exact target, because servers compare it byte for
 * byte.
 */
final class DigestHandshake implements ExecChainHandler {
  /** A request header of ours that never leaves: user and password, with a colon between. */
  static final String CREDENTIALS = "SaddlebagDigestCredentials";

  private static final Logger LOG = LoggerFactory.getLogger(DigestHandshake.class);
  private static final int LONGEST_REFUSAL = 64 << 10;

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    Header credentials = request.getFirstHeader(CREDENTIALS);
    request.removeHeaders(CREDENTIALS);
    ClassicHttpResponse response = chain.proceed(request, scope);
    if (credentials == null || response.getCode() != 401) {
      return response;
    }
    response = answered(response, request, scope, chain, credentials.getValue());
    if (response.getCode() == 401
        && challenges(response).stream().anyMatch(DigestHandshake::stale)) {
      return answered(response, request, scope, chain, credentials.getValue());
    }
    return response;
  }

  /** Sends the request again with the answer to what it was challenged with. */
  private static ClassicHttpResponse answered(
      ClassicHttpResponse response,
      ClassicHttpRequest request,
      ExecChain.Scope scope,
      ExecChain chain,
      String credentials)
      throws IOException, HttpException {
    List<AuthChallenge> challenges = challenges(response);
    if (challenges.isEmpty()) {
      return response;
    }
    discard(response);
    request.setHeader(
        HttpHeaders.AUTHORIZATION,
        answer(challenges, request, scope.route.getTargetHost(), credentials));
    return chain.proceed(request, scope);
  }

  /**
   * The Digest challenges of all headers, in the server's order. A header that cannot be read does
   * not hide the next.
   */
  private static List<AuthChallenge> challenges(ClassicHttpResponse response) {
    List<AuthChallenge> digests = new ArrayList<>();
    for (Header header : response.getHeaders(HttpHeaders.WWW_AUTHENTICATE)) {
      try {
        AuthChallengeParser.INSTANCE
            .parse(
                ChallengeType.TARGET,
                header.getValue(),
                new ParserCursor(0, header.getValue().length()))
            .stream()
            .filter(challenge -> challenge.getSchemeName().equalsIgnoreCase("digest"))
            .forEach(digests::add);
      } catch (ParseException unreadable) {
        LOG.debug("A challenge cannot be read: {}", unreadable.getMessage());
      }
    }
    return digests;
  }

  /**
   * Whether the server says that the password was right and only its nonce too old (RFC 7616,
   * section 3.3): one more answer cannot lock the account.
   */
  private static boolean stale(AuthChallenge challenge) {
    return params(challenge).stream()
        .anyMatch(
            param ->
                param.getName().equalsIgnoreCase("stale")
                    && "true".equalsIgnoreCase(param.getValue()));
  }

  /** The answer to the first challenge whose algorithm is known (RFC 7616, section 3.7). */
  private static String answer(
      List<AuthChallenge> challenges,
      ClassicHttpRequest request,
      HttpHost host,
      String credentials) {
    Header target = request.getFirstHeader(VendorHttpClient.EXACT_TARGET);
    BasicClassicHttpRequest exact =
        new BasicClassicHttpRequest(
            request.getMethod(), target == null ? request.getRequestUri() : target.getValue());
    exact.setEntity(request.getEntity());
    List<String> refused = new ArrayList<>();
    for (AuthChallenge challenge : challenges) {
      try {
        DigestScheme scheme = new DigestScheme();
        scheme.processChallenge(plainUser(challenge), null);
        scheme.isResponseReady(host, provider(host, credentials), null);
        return scheme.generateAuthResponse(host, exact, null);
      } catch (MalformedChallengeException | AuthenticationException e) {
        refused.add(algorithm(challenge) + ": " + e.getMessage());
      }
    }
    throw new StepFailure.Rejected(
        "UNAUTHORIZED",
        "the vendor wants a Digest that cannot be made ("
            + Printable.excerpt(String.join("; ", refused))
            + "), so the password was not sent; see the connection's setting authorization, and ask"
            + " the vendor which other way there is");
  }

  private static List<NameValuePair> params(AuthChallenge challenge) {
    return challenge.getParams() == null ? List.of() : challenge.getParams();
  }

  private static String algorithm(AuthChallenge challenge) {
    return params(challenge).stream()
        .filter(param -> param.getName().equalsIgnoreCase("algorithm"))
        .map(NameValuePair::getValue)
        .findFirst()
        .orElse("MD5");
  }

  private static BasicCredentialsProvider provider(HttpHost host, String credentials) {
    int colon = credentials.indexOf(':');
    BasicCredentialsProvider provider = new BasicCredentialsProvider();
    provider.setCredentials(
        new AuthScope(host),
        new UsernamePasswordCredentials(
            credentials.substring(0, colon), credentials.substring(colon + 1).toCharArray()));
    return provider;
  }

  /** A hashed user name is an offer (RFC 7616, section 3.4.4), which is not taken. */
  private static AuthChallenge plainUser(AuthChallenge challenge) {
    return new AuthChallenge(
        challenge.getChallengeType(),
        challenge.getSchemeName(),
        null,
        params(challenge).stream()
            .filter(param -> !param.getName().equalsIgnoreCase("userhash"))
            .toList());
  }

  /** Reads a short refusal to its end, so that the connection can be used again. */
  private static void discard(ClassicHttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    if (entity != null) {
      try (InputStream in = entity.getContent()) {
        in.readNBytes(LONGEST_REFUSAL);
      }
    }
  }
}
