package io.saddlebag.staging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error in place of what was asked for, in the forms that vendors, storages and gateways give
 * it: a JSON object with an error, a code or nothing but a message (RFC 9457's too), an XML error
 * as S3's, or one line of a gateway's.
 *
 * @param code what it says by number, as HTTP or the vendor counts; 0 when it does not
 * @param said its words; may be blank
 */
public record ErrorDocument(int code, String said) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory JSON = new JsonFactory();
  private static final int LONGEST = 300;
  private static final int LARGEST = 64 << 10;
  private static final List<String> ERRORS =
      List.of("error", "errors", "fault", "exception", "err", "error_code", "errorcode");
  private static final List<String> CODES =
      List.of("status", "statuscode", "status_code", "code", "error_code", "errorcode");
  private static final List<String> MESSAGES =
      List.of(
          "error_text",
          "error_description",
          "message",
          "errormessage",
          "error_message",
          "detail",
          "details",
          "title",
          "faultstring",
          "description",
          "reason",
          "code");

  /** What stands beside an error; an object with other members is something else, as a record. */
  private static final Set<String> BESIDE =
      Set.of(
          "developermessage",
          "documentation_url",
          "errorid",
          "hostid",
          "instance",
          "ok",
          "path",
          "request_id",
          "requestid",
          "resource",
          "success",
          "timestamp",
          "traceid",
          "type",
          "url");

  private static final int STRANGERS = 3;
  private static final Pattern REFUSED =
      Pattern.compile(
          "(?i)unauthori[sz]ed|not authori[sz]ed|unauthenticated|not authenticated|authentication required"
              + "|invalid[_ ]?(?:access[_ ]?)?token|(?:token[_ ]?expired|expired[_ ]?token)|invalid[_ ]?api[_ ]?key"
              + "|invalid[_ ]?session(?:[_ ]?id)?");
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "(?i)forbidden|access[_ ]?denied|permission[_ ]?denied|insufficient[_ ]?scope");
  private static final Pattern XML_ROOT =
      Pattern.compile(
          "(?is)\\A(?:\\s|\\uFEFF|<\\?[^>]*>|<!--.*?-->)*<(?:\\w+:)?"
              + "(?:error|errors|errorresponse|errormessage|fault|exception|problem|envelope)\\b[^>]*>\\s*(?:<|\\z)");
  private static final Pattern ENVELOPE =
      Pattern.compile(
          "(?is)\\A(?:\\s|<\\?[^>]*>)*<xml>.{0,500}?<error>\\s*[1-9]\\d{0,5}\\s*</error>");
  private static final Pattern XML_CODE =
      Pattern.compile("(?i)<(?:\\w+:)?(?:error|code|status|faultcode)>\\s*([^<]{1,80}?)\\s*<");
  private static final Pattern XML_WORDS =
      Pattern.compile(
          "(?i)<(?:\\w+:)?(?:message|error_text|faultstring|detail|title)>\\s*([^<]{1,300}?)\\s*<");

  /** What gateways say when they say it in one line; nothing else may be in the file. */
  private static final Pattern GATEWAY =
      Pattern.compile(
          "(?i)(?:http[/ ]?(?:1[.]1 )?)?(?:error:? ?(?:code:? ?)?)?(?:[45]\\d\\d:? ?-? ?)?"
              + "(?:(?:the )?(?:requested )?(?:service|server|upstream|backend|page|resource|file)(?: is)?"
              + " (?:temporarily |currently )?(?:unavailable|not available|not found|busy|overloaded)"
              + "|service unavailable|bad gateway|gateway time-?out|(?:internal )?server error"
              + "|internal error|bad request|unauthori[sz]ed|forbidden|not found|page not found|file not found"
              + "|access (?:is )?denied|rbac: access denied|permission denied|too many requests"
              + "|rate limit(?: is)? exceeded|request time-?out|request timed out|method not allowed|gone"
              + "|authentication required|login required|not authenticated|session expired|invalid token"
              + "|invalid (?:api )?key|token expired|no healthy upstream|no server is available.*"
              + "|upstream (?:connect error|request timeout|server|timed out).*|stream timeout|default backend - 404"
              + "|via_upstream.*|an? (?:unexpected |internal )?error (?:has )?occurred.*|something went wrong.*"
              + "|proxy error|connection (?:refused|reset|timed out).*|try again later"
              + "|sorry, (?:there wasn't any data|the export failed for .*))"
              + "(?: \\(?[45]\\d\\d\\)?)?(?:[.,:;!] ?(?:please )?(?:try|retry|contact).{0,120})?[.!]?"
              + "|(?:http )?error:? (?:code:? ?)?[1-9]\\d\\d\\d?");

  /** What the first bytes of a body say; empty when they are no error that is known. */
  public static Optional<ErrorDocument> of(byte[] start) {
    String text = BodyHead.text(start);
    if (text.startsWith("{") || text.startsWith("[")) {
      return of(partial(text));
    }
    if (XML_ROOT.matcher(text).find() || ENVELOPE.matcher(text).find()) {
      return Optional.of(xml(text));
    }
    String line = text.strip();
    return line.length() <= LONGEST && GATEWAY.matcher(line).matches()
        ? Optional.of(plain(line))
        : Optional.empty();
  }

  /** What a file says; empty when it is no error that is known. */
  static Optional<ErrorDocument> in(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in.readNBytes(LARGEST));
    }
  }

  /** What a JSON answer says; empty when it is no error that is known. */
  public static Optional<ErrorDocument> of(JsonNode answer) {
    boolean listed = answer.isArray() && answer.size() == 1;
    JsonNode tree = listed ? answer.get(0) : answer;
    return tree instanceof ObjectNode object && isError(object, listed ? 0 : STRANGERS)
        ? Optional.of(new ErrorDocument(code(object), said(object)))
        : Optional.empty();
  }

  private static ErrorDocument plain(String line) {
    Matcher number = Pattern.compile("\\b([45]\\d\\d)\\b").matcher(line);
    return new ErrorDocument(
        number.find() ? Integer.parseInt(number.group(1)) : byWords(line), line);
  }

  private static ErrorDocument xml(String text) {
    Matcher words = XML_WORDS.matcher(text);
    Matcher code = XML_CODE.matcher(text);
    String first = code.find() ? code.group(1) : "";
    String said = words.find() ? words.group(1) : first;
    int number = number(first);
    return new ErrorDocument(number == 0 ? byWords(first + " " + said) : number, cut(said));
  }

  /** An error beside data is a remark; so are an empty error and an error of 0. */
  private static boolean isError(ObjectNode tree, int mostStrangers) {
    boolean error = false;
    boolean code = false;
    boolean message = false;
    boolean data = false;
    int strangers = 0;
    for (var members = tree.fields(); members.hasNext(); ) {
      var member = members.next();
      String name = member.getKey().toLowerCase(Locale.ROOT);
      JsonNode value = member.getValue();
      if (ERRORS.contains(name) || name.equals("success") || name.equals("ok")) {
        boolean no = value.isBoolean() && !value.asBoolean();
        error |= ERRORS.contains(name) ? tells(value) : no;
      } else if (CODES.contains(name)) {
        code |= value.isValueNode() && badWord(value.asText());
      } else if (MESSAGES.contains(name)) {
        message |= tells(value);
      } else if (!BESIDE.contains(name)) {
        strangers++;
        data |= value.isContainerNode() && !value.isEmpty();
      }
    }
    return !data && strangers <= (error ? mostStrangers : 0) && (error || code || message);
  }

  private static boolean badWord(String word) {
    return bad(number(word))
        || word.matches("(?i)error|fail|failed|failure|unauthori[sz]ed|forbidden");
  }

  private static boolean tells(JsonNode value) {
    if (value.isTextual()) {
      return !value.asText().isBlank() && !value.asText().strip().equals("0");
    }
    return value.isContainerNode()
        ? !value.isEmpty()
        : value.isNumber() ? value.asDouble() != 0 : value.isBoolean() && value.asBoolean();
  }

  private static boolean bad(int code) {
    return code >= 400 && code < 600;
  }

  private static int code(ObjectNode tree) {
    JsonNode error = member(tree, "error");
    int code = error.isNumber() || error.isTextual() ? number(error.asText()) : 0;
    for (JsonNode place : places(tree)) {
      for (String name : CODES) {
        int number = number(member(place, name).asText(""));
        code = code == 0 && (place != tree || bad(number)) ? number : code;
      }
    }
    if (code == 0) {
      StringBuilder words = new StringBuilder(error.asText(""));
      for (JsonNode place : places(tree)) {
        CODES.forEach(name -> words.append(' ').append(member(place, name).asText("")));
      }
      code = byWords(words.append(' ').append(said(tree)).toString());
    }
    return code;
  }

  /** The document, what its error holds, the first of its errors. */
  private static List<JsonNode> places(ObjectNode tree) {
    List<JsonNode> places = new ArrayList<>();
    for (String name : ERRORS) {
      JsonNode error = member(tree, name);
      places.add(error.isArray() ? error.path(0) : error);
    }
    places.add(tree);
    return places;
  }

  private static String said(ObjectNode tree) {
    for (JsonNode place : places(tree)) {
      for (String name : MESSAGES) {
        JsonNode words = member(place, name);
        if (words.isTextual() && tells(words)) {
          return cut(words.asText());
        }
      }
    }
    for (JsonNode place : places(tree)) {
      if (place.isTextual() && tells(place)) {
        return cut(place.asText());
      }
    }
    return "";
  }

  private static JsonNode member(JsonNode tree, String name) {
    for (var members = tree.fields(); members.hasNext(); ) {
      var member = members.next();
      if (member.getKey().equalsIgnoreCase(name)) {
        return member.getValue();
      }
    }
    return NODES.missingNode();
  }

  private static int byWords(String words) {
    if (REFUSED.matcher(words).find()) {
      return 401;
    }
    return FORBIDDEN.matcher(words).find() ? 403 : 0;
  }

  private static int number(String text) {
    return text.strip().matches("-?\\d{1,6}") ? Integer.parseInt(text.strip()) : 0;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  /** As much of a JSON document as is there: only its beginning may be known. */
  private static JsonNode partial(String text) {
    ArrayNode holder = NODES.arrayNode();
    try (JsonParser json = JSON.createParser(text.getBytes(StandardCharsets.UTF_8))) {
      json.nextToken();
      fill(json, holder::add);
    } catch (IOException endsHere) {
      return holder.path(0);
    }
    return holder.path(0);
  }

  private static void fill(JsonParser json, Consumer<JsonNode> into) throws IOException {
    JsonToken token = json.currentToken();
    if (token == null) {
      throw new EOFException();
    }
    switch (token) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        into.accept(object);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          json.nextToken();
          fill(json, value -> object.set(name, value));
        }
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        into.accept(array);
        while (json.nextToken() != JsonToken.END_ARRAY) {
          fill(json, array::add);
        }
      }
      case VALUE_NUMBER_INT ->
          into.accept(
              json.getText().length() <= 18
                  ? NODES.numberNode(json.getLongValue())
                  : NODES.textNode(json.getText()));
      case VALUE_NUMBER_FLOAT -> into.accept(NODES.numberNode(json.getDoubleValue()));
      case VALUE_TRUE, VALUE_FALSE -> into.accept(NODES.booleanNode(json.getBooleanValue()));
      case VALUE_NULL -> into.accept(NODES.nullNode());
      default -> into.accept(NODES.textNode(json.getText()));
    }
  }
}
