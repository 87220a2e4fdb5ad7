package io.saddlebag.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Closing a body before its end closes the connection. The client would otherwise read the rest
 * first, to keep the connection: gigabytes of a file that was refused, or an endless body.
 */
final class GiveUpOnClose implements ExecChainHandler {
  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    ClassicHttpResponse response = chain.proceed(request, scope);
    HttpEntity entity = response.getEntity();
    if (entity != null) {
      response.setEntity(new GivenUpEntity(entity, scope.execRuntime));
    }
    return response;
  }

  private static final class GivenUpEntity extends HttpEntityWrapper {
    private final ExecRuntime runtime;

    GivenUpEntity(HttpEntity entity, ExecRuntime runtime) {
      super(entity);
      this.runtime = runtime;
    }

    @Override
    public InputStream getContent() throws IOException {
      return new Content(super.getContent(), runtime);
    }
  }

  private static final class Content extends FilterInputStream {
    private final ExecRuntime runtime;
    private boolean ended;

    Content(InputStream in, ExecRuntime runtime) {
      super(in);
      this.runtime = runtime;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      ended |= value < 0;
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = in.read(buffer, offset, length);
      ended |= count < 0;
      return count;
    }

    @Override
    public void close() throws IOException {
      if (ended) {
        in.close();
      } else {
        ended = true;
        runtime.discardEndpoint();
      }
    }
  }
}
