package io.saddlebag.simulator.surveysolutions;

import io.saddlebag.simulator.Call;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The filters of the list and its cap (section 8 items 20 and 21). */
final class JobList {
  private static final long CAP = 100;

  private final @Nullable ExportType type;
  private final @Nullable InterviewStatus interviews;
  private final @Nullable ExportStatus status;
  private final @Nullable String questionnaire;
  private final @Nullable Boolean hasFile;
  private final long offset;
  private final long limit;

  /** Reads the query; every filter may be missing. */
  JobList(Call call) throws Refusal {
    type = word(ExportType.values(), call, "exportType");
    interviews = word(InterviewStatus.values(), call, "interviewStatus");
    status = word(ExportStatus.values(), call, "exportStatus");
    questionnaire = questionnaire(call);
    hasFile = flag(call);
    offset = number(call, "offset", 0);
    limit = Math.min(CAP, number(call, "limit", CAP));
  }

  /** The jobs that fit, in their order. */
  List<Job> page(Stream<Job> newestFirst, Predicate<Job> file) {
    return newestFirst
        .filter(this::fits)
        .filter(job -> hasFile == null || hasFile == file.test(job))
        .skip(offset)
        .limit(limit)
        .toList();
  }

  private boolean fits(Job job) {
    ExportParameters asked = job.parameters();
    return (type == null || type == asked.type())
        && (interviews == null || interviews == InterviewStatus.ALL || interviews == asked.status())
        && (status == null || status == job.status())
        && (questionnaire == null || questionnaire.equals(asked.questionnaire()));
  }

  private static <E extends VendorEnum> @Nullable E word(E[] values, Call call, String name)
      throws Refusal {
    String text = call.query(name);
    return text == null ? null : ParameterReader.word(values, name, text);
  }

  /** A malformed one is an exception in the server. */
  private static @Nullable String questionnaire(Call call) throws Refusal {
    String text = call.query("questionnaireIdentity");
    if (text == null) {
      return null;
    }
    String identity = ParameterReader.normalize(text);
    if (identity == null) {
      throw Refusal.empty(500);
    }
    return identity;
  }

  private static @Nullable Boolean flag(Call call) throws Refusal {
    String text = call.query("hasFile");
    return text == null ? null : Boolean.valueOf(ParameterReader.flag("hasFile", text));
  }

  private static long number(Call call, String name, long otherwise) throws Refusal {
    String text = call.query(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("\\d{1,9}")) {
      throw Refusal.parameter(name);
    }
    return Long.parseLong(text);
  }
}
