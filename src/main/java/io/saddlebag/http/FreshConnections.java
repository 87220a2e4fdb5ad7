package io.saddlebag.http;

import java.io.IOException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a server that closes idle connections from failing requests. It may close one at the moment
 * at which the next request is sent over it, and nobody can know whether it read that request. So a
 * request that may change something goes over a connection of its own and is never sent again; a
 * safe one (RFC 9110, section 9.2.1) that a kept connection does not answer is sent once more, over
 * a new one. What a new connection does not answer is a failure, for the run to deal with.
 */
final class FreshConnections implements ExecChainHandler {
  /** A request header of ours that never leaves: even a safe request may order something here. */
  static final String WANTED = "SaddlebagFreshConnection";

  private static final Logger LOG = LoggerFactory.getLogger(FreshConnections.class);

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    if (request.containsHeader(WANTED)) {
      request.removeHeaders(WANTED);
      // The same request is sent again as the answer to a Digest challenge.
      scope.clientContext.setAttribute(WANTED, true);
    }
    ExecRuntime runtime = scope.execRuntime;
    if (!Method.isSafe(request.getMethod()) || scope.clientContext.getAttribute(WANTED) != null) {
      renew(scope);
      return chain.proceed(request, scope);
    }
    acquire(scope);
    if (!runtime.isEndpointConnected()) {
      return chain.proceed(request, scope);
    }
    try {
      return chain.proceed(request, scope);
    } catch (NoHttpResponseException
        | ConnectionClosedException
        | SocketException
        | SSLException e) {
      if (runtime.isExecutionAborted()) {
        throw e;
      }
      LOG.debug("A kept connection was closed by its server ({}); a new one is used", e.toString());
      renew(scope);
      return chain.proceed(request, scope);
    }
  }

  /** Makes sure that the next request opens a connection. */
  private static void renew(ExecChain.Scope scope) throws IOException {
    acquire(scope);
    if (scope.execRuntime.isEndpointConnected()) {
      scope.execRuntime.disconnectEndpoint();
    }
  }

  private static void acquire(ExecChain.Scope scope) throws IOException {
    if (!scope.execRuntime.isEndpointAcquired()) {
      scope.execRuntime.acquireEndpoint(
          scope.exchangeId, scope.route, scope.clientContext.getUserToken(), scope.clientContext);
    }
  }
}
