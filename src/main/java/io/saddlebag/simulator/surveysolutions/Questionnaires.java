package io.saddlebag.simulator.surveysolutions;

import java.util.HashSet;
import java.util.Set;

/** Which questionnaires and translations there are: all but these (section 2.1). */
final class Questionnaires {
  private static final String NEVER_THERE = "ffff";

  private final Set<String> deleted = new HashSet<>();

  void delete(String identity) {
    deleted.add(identity);
  }

  /** Refuses a create for what is not there (section 8 item 20). */
  void check(ExportParameters asked, String traceId) throws Refusal {
    if (!has(asked.questionnaire())) {
      throw Refusal.validation("QuestionnaireId", "Questionnaire not found", traceId);
    }
    String translation = asked.translation();
    if (translation != null && translation.startsWith(NEVER_THERE)) {
      throw Refusal.validation("TranslationId", "Translation not found", traceId);
    }
  }

  boolean has(String identity) {
    return !identity.startsWith(NEVER_THERE) && !deleted.contains(identity);
  }
}
