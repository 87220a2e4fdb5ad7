package io.saddlebag.vendor.alida;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StagedFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code alida}: reads the spellings that Alida's pages and its sibling exports use for
 * one thing (the sheet, trap 12), and whether a document holds responses (section 3).
 */
public final class Alida {
  private final Ledger ledger;

  /** Reads the staged files of runs in this ledger. */
  public Alida(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Makes a list of the parameter {@code fieldIds}. */
  public void chooseFields(Exchange exchange) {
    String ids = exchange.getVariable("fieldIds", String.class);
    exchange.setVariable("alidaFields", ids == null ? null : List.of(ids.split(",")));
  }

  /** The batch's id in the answer to a create, null without one. */
  public @Nullable String batchId(Map<?, ?> answer) {
    return first(answer, "id", "batchId");
  }

  /** What the vendor says about a failure. */
  public String reason(Map<?, ?> answer) {
    String said = first(answer, "message", "errorMessage", "errormessage");
    return said == null ? "" : said;
  }

  private static @Nullable String first(Map<?, ?> answer, String... names) {
    for (String name : names) {
      Object value = answer.get(name);
      if (value != null && !value.toString().isBlank()) {
        return value.toString();
      }
    }
    return null;
  }

  /** Whether the run's document holds responses: {@code some} or {@code none}. */
  public String records(Exchange exchange) throws IOException {
    StagedFile file =
        ledger.receipts().of(exchange.getVariable(RunVariables.RUN_ID, String.class)).get(0);
    try (JsonParser parser = new JsonFactory().createParser(file.path().toFile())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean records = parser.currentName().equals("records");
        JsonToken value = parser.nextToken();
        if (records && value == JsonToken.START_ARRAY) {
          return parser.nextToken() == JsonToken.END_ARRAY ? "none" : "some";
        }
        parser.skipChildren();
      }
    }
    return "none";
  }
}
