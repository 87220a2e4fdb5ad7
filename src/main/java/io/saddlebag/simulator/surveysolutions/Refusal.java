package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that is refused (Survey Solutions sheet, sections 4 and 6). */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;
  private static final String REALM = "Basic realm=\"WB.Headquarters\", charset=\"UTF-8\"";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final transient Reply reply;

  Refusal(Reply reply) {
    super("refused", null, false, false);
    this.reply = reply;
  }

  /** The answer to give. */
  Reply reply() {
    return reply;
  }

  /** 400 with a ValidationProblem, the first of the three forms (section 8 item 20). */
  static Refusal validation(String field, String message, String traceId) {
    ObjectNode problem = NODES.objectNode();
    problem.putObject("Errors").putArray(field).add(message);
    problem
        .put("Type", "https://tools.ietf.org/html/rfc9110#section-15.5.1")
        .put("Title", "One or more validation errors occurred.")
        .put("Status", 400)
        .putNull("Detail")
        .putNull("Instance");
    problem.putObject("Extensions").put("traceId", traceId);
    String text = problem.toString();
    return new Refusal(call -> call.text(400, "application/problem+json; charset=utf-8", text));
  }

  /** 400 with a bare JSON string, the second of the three forms (section 8 item 20). */
  static Refusal parameter(String name) {
    return text(400, "Invalid parameter or property: " + name);
  }

  /** A status with a bare JSON string, as v1 refuses (section 2.2). */
  static Refusal text(int status, String message) {
    String text = NODES.textNode(message).toString();
    return new Refusal(call -> call.text(status, Reply.JSON, text));
  }

  /** An answer without a body; the third form of 400 among others (section 8 item 20). */
  static Refusal empty(int status) {
    return new Refusal(Reply.empty(status));
  }

  /** A status that names the Basic realm and says no more (section 8 item 19). */
  static Refusal basic(int status) {
    return challenged(status, REALM);
  }

  /** 401 to a bearer token that is unknown or has expired (section 4). */
  static Refusal invalidToken() {
    return challenged(401, "Bearer error=\"invalid_token\"");
  }

  /** A status with a Message as JSON (section 4). */
  static Refusal message(int status, String message) {
    String text = NODES.objectNode().put("Message", message).toString();
    return new Refusal(call -> call.text(status, Reply.JSON, text));
  }

  private static Refusal challenged(int status, String challenge) {
    return new Refusal(call -> call.header("WWW-Authenticate", challenge).empty(status));
  }
}
