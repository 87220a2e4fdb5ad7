package io.saddlebag.http;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * How one request and its answer go over a connection. The head of an answer is waited for as long
 * as the response timeout says, and the bytes of its body as long as the idle timeout does: the
 * client itself would go on with the response timeout, which must be long where a vendor builds a
 * file while it is fetched. Bytes that came before the request was sent answer something else (a
 * 408 of a server that is about to close, or the rest of an answer that was longer than announced),
 * so nothing is sent over a connection that has any.
 */
final class VendorExchanges extends HttpRequestExecutor {
  private static final Timeout GLANCE = Timeout.ofMilliseconds(1);

  private final Timeout idle;

  VendorExchanges(Timeout idle) {
    this.idle = idle;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback informationCallback,
      HttpContext context)
      throws IOException, HttpException {
    if (used(connection) && connection.isDataAvailable(GLANCE)) {
      throw new NoHttpResponseException("the connection held bytes that nobody had asked for");
    }
    ClassicHttpResponse response = super.execute(request, connection, informationCallback, context);
    connection.setSocketTimeout(idle);
    ProxyAnswers.note(request, response, context);
    return response;
  }

  private static boolean used(HttpClientConnection connection) {
    return connection.getEndpointDetails() != null
        && connection.getEndpointDetails().getRequestCount() > 0;
  }
}
