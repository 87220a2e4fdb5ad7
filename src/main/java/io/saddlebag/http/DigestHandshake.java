package io.saddlebag.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.ParserCursor;
import org.jspecify.annotations.Nullable;

/**
 * Answers one Digest challenge of a request that asks for it, and never a second one: a password
 * that is refused again and again locks the account (CommCare HQ's sheet, section 4). The digest is
 * made over the exact target, because servers compare it byte for byte.
 */
final class DigestHandshake implements ExecChainHandler {
  /** A request header of ours that never leaves: user and password, with a colon between. */
  static final String CREDENTIALS = "SaddlebagDigestCredentials";

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
    AuthChallenge challenge = challenge(response);
    if (challenge == null) {
      return response;
    }
    discard(response);
    request.setHeader(
        HttpHeaders.AUTHORIZATION,
        answer(challenge, request, scope.route.getTargetHost(), credentials.getValue()));
    return chain.proceed(request, scope);
  }

  private static @Nullable AuthChallenge challenge(ClassicHttpResponse response)
      throws HttpException {
    for (Header header : response.getHeaders(HttpHeaders.WWW_AUTHENTICATE)) {
      try {
        List<AuthChallenge> challenges =
            AuthChallengeParser.INSTANCE.parse(
                ChallengeType.TARGET,
                header.getValue(),
                new ParserCursor(0, header.getValue().length()));
        for (AuthChallenge challenge : challenges) {
          if (challenge.getSchemeName().toLowerCase(Locale.ROOT).equals("digest")) {
            return challenge;
          }
        }
      } catch (ParseException e) {
        throw new HttpException("the vendor's authentication challenge cannot be read", e);
      }
    }
    return null;
  }

  private static String answer(
      AuthChallenge challenge, ClassicHttpRequest request, HttpHost host, String credentials)
      throws HttpException {
    int colon = credentials.indexOf(':');
    BasicCredentialsProvider provider = new BasicCredentialsProvider();
    provider.setCredentials(
        new AuthScope(host),
        new UsernamePasswordCredentials(
            credentials.substring(0, colon), credentials.substring(colon + 1).toCharArray()));
    Header target = request.getFirstHeader(VendorHttpClient.EXACT_TARGET);
    BasicClassicHttpRequest exact =
        new BasicClassicHttpRequest(
            request.getMethod(), target == null ? request.getRequestUri() : target.getValue());
    try {
      DigestScheme scheme = new DigestScheme(StandardCharsets.UTF_8);
      scheme.processChallenge(challenge, null);
      scheme.isResponseReady(host, provider, null);
      return scheme.generateAuthResponse(host, exact, null);
    } catch (MalformedChallengeException | AuthenticationException e) {
      throw new HttpException("the vendor's Digest challenge cannot be answered", e);
    }
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
