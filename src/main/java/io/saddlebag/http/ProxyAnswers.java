package io.saddlebag.http;

import io.saddlebag.run.StepFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Clock;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a proxy says from what a vendor says. The client hands out a proxy's refusal to open a
 * tunnel as if it were the vendor's answer; it proves that nothing was sent to the vendor.
 */
final class ProxyAnswers implements ExecChainHandler {
  private static final String REFUSAL = "saddlebag.proxy-refusal";

  private final Clock clock;

  ProxyAnswers(Clock clock) {
    this.clock = clock;
  }

  /** Remembers whether the answer is a proxy's refusal of a tunnel. */
  static void note(HttpRequest request, HttpResponse response, HttpContext context) {
    boolean tunnel = Method.CONNECT.isSame(request.getMethod());
    context.setAttribute(REFUSAL, tunnel && response.getCode() / 100 != 2 ? true : null);
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    HttpHost proxy = scope.route.getProxyHost();
    if (proxy == null) {
      return chain.proceed(request, scope);
    }
    ClassicHttpResponse response;
    try {
      response = chain.proceed(request, scope);
    } catch (ConnectException
        | NoRouteToHostException
        | UnknownHostException
        | ConnectTimeoutException e) {
      throw new StepFailure.NotSent(
          "PROXY_UNREACHABLE",
          "the proxy "
              + proxy.toHostString()
              + " could not be reached ("
              + e.getClass().getSimpleName()
              + "), so nothing was sent to the vendor; see the proxy's settings (operations.md,"
              + " Proxies) and the network",
          null);
    }
    boolean refused = scope.clientContext.getAttribute(REFUSAL) != null;
    if (!refused && response.getCode() != 407) {
      return response;
    }
    int status = response.getCode();
    Header wait = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
    response.close();
    scope.execRuntime.discardEndpoint();
    throw refusal(status, proxy, wait == null ? null : wait.getValue());
  }

  private StepFailure refusal(int status, HttpHost proxy, @Nullable String wait) {
    String said =
        "the proxy "
            + proxy.toHostString()
            + " answered with status "
            + status
            + ", so nothing was sent to the vendor; ";
    if (status >= 500 || status == 408 || status == 429) {
      return new StepFailure.NotSent(
          "PROXY_REFUSED",
          said + "it is tried again, see that the proxy reaches the vendor's server",
          RetryAfter.parse(wait, clock.instant()));
    }
    return new StepFailure.Rejected(
        "PROXY_REFUSED",
        said
            + (status == 407
                ? "it wants user and password, or does not accept those in the proxy's address:"
                    + " correct them, then run again"
                : "see that the proxy allows the vendor's server (operations.md, Proxies), then run"
                    + " again"));
  }
}
