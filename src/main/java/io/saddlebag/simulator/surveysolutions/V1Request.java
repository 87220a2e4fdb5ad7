package io.saddlebag.simulator.surveysolutions;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.simulator.Call;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a v1 request asks for (Survey Solutions sheet, section 2.2).
 *
 * @param action {@code start}, {@code details}, {@code cancel} or {@code download}
 * @param asked the parameter set
 */
record V1Request(String action, ExportParameters asked) {
  private static final Pattern PATH =
      Pattern.compile(
          "/api/v1/export/(?<type>\\w+)(?:/(?!(?:start|details|cancel)$)(?<id>[^/]+))?"
              + "(?:/(?<action>start|details|cancel))?/?",
          Pattern.CASE_INSENSITIVE);

  /** In 2016 all paradata of the server is one file. */
  private static final String ALL_QUESTIONNAIRES = "all$1";

  static V1Request of(Call call, V1Mode mode, Questionnaires questionnaires, ZoneId zone)
      throws Refusal {
    Matcher path = PATH.matcher(call.request().path());
    if (!path.matches()) {
      throw Refusal.empty(404);
    }
    String action = path.group("action") == null ? "download" : path.group("action");
    boolean changes = action.equals("start") || action.equals("cancel");
    if (!call.request().method().equals(changes ? "POST" : "GET")) {
      throw Refusal.empty(405);
    }
    ExportType type =
        VendorEnum.find(ExportType.values(), path.group("type"))
            .filter(known -> known != ExportType.AUDIO_AUDIT)
            .orElseThrow(() -> Refusal.text(404, "Unknown export type"));
    if (mode == V1Mode.A && type == ExportType.PARADATA) {
      return new V1Request(action, ExportParameters.of(type, ALL_QUESTIONNAIRES));
    }
    if (path.group("id") == null) {
      throw Refusal.empty(404);
    }
    String id =
        ParameterReader.normalize(URLDecoder.decode(path.group("id"), StandardCharsets.UTF_8));
    if (id == null) {
      throw Refusal.text(mode == V1Mode.A ? 404 : 400, "Invalid questionnaire identity");
    }
    if (!questionnaires.has(id)) {
      throw Refusal.text(mode == V1Mode.B_2020 && changes ? 400 : 404, "Questionnaire not found");
    }
    return new V1Request(
        action, mode == V1Mode.A ? ExportParameters.of(type, id) : query(call, type, id, zone));
  }

  /** The optional parameters, which came after mode A. */
  private static ExportParameters query(Call call, ExportType type, String id, ZoneId zone)
      throws Refusal {
    String status = call.query("status");
    ObjectNode asked =
        JsonNodeFactory.instance
            .objectNode()
            .put("ExportType", type.word())
            .put("QuestionnaireId", id)
            .put("InterviewStatus", status == null ? "All" : status)
            .put("From", call.query("from"))
            .put("To", call.query("to"))
            .put("IncludeMeta", call.query("includeMeta"));
    return new ParameterReader(asked, zone, "").read(SurveySolutionsSimulator.WORKSPACE);
  }
}
