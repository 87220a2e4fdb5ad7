package io.saddlebag.http;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the head of an answer as long as the response timeout says, and between the bytes of
 * its body as long as the idle timeout does. The client itself would go on with the response
 * timeout, which must be long where a vendor builds a file while it is fetched.
 */
final class IdleTimeout extends HttpRequestExecutor {
  private final Timeout idle;

  IdleTimeout(Timeout idle) {
    this.idle = idle;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback informationCallback,
      HttpContext context)
      throws IOException, HttpException {
    ClassicHttpResponse response = super.execute(request, connection, informationCallback, context);
    connection.setSocketTimeout(idle);
    return response;
  }
}
