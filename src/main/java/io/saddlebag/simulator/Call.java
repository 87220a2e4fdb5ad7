package io.saddlebag.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One request on its way through a simulator, and the means to answer it. Used by one thread. */
public final class Call {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpExchange exchange;
  private final RecordedRequest request;
  private UnaryOperator<OutputStream> bodyFilter = out -> out;
  private @Nullable UnaryOperator<byte[]> encoder;
  private UnaryOperator<byte[]> rewriting = bytes -> bytes;
  private boolean rewritten;
  private boolean loseReply;
  private @Nullable Fault instead;

  Call(HttpExchange exchange, RecordedRequest request) {
    this.exchange = exchange;
    this.request = request;
  }

  /** The request as it was recorded. */
  public RecordedRequest request() {
    return request;
  }

  /** The body read as JSON; a missing node when there is none or it is malformed. */
  public JsonNode json() {
    try {
      return JSON.readTree(request.body());
    } catch (IOException malformed) {
      return JSON.missingNode();
    }
  }

  /** The decoded value of a query parameter, or null. */
  public @Nullable String query(String name) {
    String query = request.rawQuery();
    if (query == null) {
      return null;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      if (decode(key).equals(name)) {
        return equals < 0 ? "" : decode(pair.substring(equals + 1));
      }
    }
    return null;
  }

  /** Sets a header of the answer. */
  public Call header(String name, String value) {
    exchange.getResponseHeaders().set(name, value);
    return this;
  }

  /** Answers with JSON. */
  public boolean json(int status, JsonNode tree) throws IOException {
    return bytes(status, "application/json; charset=utf-8", Body.of(JSON.writeValueAsBytes(tree)));
  }

  /** Answers with text in UTF-8. */
  public boolean text(int status, String contentType, String text) throws IOException {
    return bytes(status, contentType, Body.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Answers with a status and Content-Length: 0. */
  public boolean empty(int status) throws IOException {
    if (loseReply) {
      return drop();
    }
    if (instead != null) {
      Fault other = instead;
      instead = null;
      return other.apply(this);
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
    return true;
  }

  /** Answers with a body of announced length. */
  public boolean bytes(int status, String contentType, Body body) throws IOException {
    return write(status, contentType, body, 0, body.length());
  }

  /** Answers with the rest of a body from an offset, its length announced. */
  public boolean bytesFrom(int status, String contentType, Body body, long offset)
      throws IOException {
    return write(status, contentType, body, offset, body.length() - offset);
  }

  /** Answers with a chunked body whose length is not announced. */
  public boolean chunked(int status, String contentType, Body body) throws IOException {
    return write(status, contentType, body, 0, 0);
  }

  private boolean write(int status, String contentType, Body body, long offset, long announced)
      throws IOException {
    if (loseReply) {
      return drop();
    }
    if (instead != null) {
      Fault other = instead;
      instead = null;
      return other.apply(this);
    }
    if (rewritten) {
      rewritten = false;
      ByteArrayOutputStream own = new ByteArrayOutputStream();
      body.writeTo(own, offset);
      Body other = Body.of(rewriting.apply(own.toByteArray()));
      return write(status, contentType, other, 0, other.length());
    }
    header("Content-Type", contentType);
    if (encoder != null && body.length() > offset) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      body.writeTo(plain, offset);
      Body encoded = Body.of(encoder.apply(plain.toByteArray()));
      encoder = null;
      return write(status, contentType, encoded, 0, announced == 0 ? 0 : encoded.length());
    }
    boolean chunked = announced == 0 && body.length() > offset;
    exchange.sendResponseHeaders(status, chunked ? 0 : announced == 0 ? -1 : announced);
    if (body.length() > offset) {
      // Closed only when everything was written: a cut body must not get its last chunk.
      OutputStream out = exchange.getResponseBody();
      OutputStream filtered = bodyFilter.apply(out);
      body.writeTo(filtered, offset);
      filtered.flush();
      out.close();
    }
    exchange.close();
    return true;
  }

  /** Closes the connection without an answer. */
  public boolean drop() throws IOException {
    throw new IOException("connection dropped by a scripted fault");
  }

  void rewrite(UnaryOperator<byte[]> how) {
    rewriting = how;
    rewritten = true;
  }

  void loseReply() {
    loseReply = true;
  }

  void answerInstead(Fault other) {
    instead = other;
  }

  void filterBody(UnaryOperator<OutputStream> filter) {
    UnaryOperator<OutputStream> before = bodyFilter;
    bodyFilter = out -> filter.apply(before.apply(out));
  }

  void encodeBody(UnaryOperator<byte[]> wanted) {
    encoder = wanted;
  }

  private static String decode(String text) {
    return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
