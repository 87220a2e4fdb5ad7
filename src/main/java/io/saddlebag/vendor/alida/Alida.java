package io.saddlebag.vendor.alida;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.saddlebag.run.Ledger;
import io.saddlebag.run.RunVariables;
import io.saddlebag.run.StagedFile;
import io.saddlebag.run.StepFailure;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code alida}: makes sure that a document is that of the batch that was ordered, and
 * says whether it holds responses. Its members are documented by Alida ("id: GUID of the batch",
 * "datasetId: GUID of the dataset"); docs/decisions/0018 says why either may prove the document.
 */
public final class Alida {
  private static final int FETCHES = 3;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final Ledger ledger;

  /** Reads the staged files of runs in this ledger. */
  public Alida(Ledger ledger) {
    this.ledger = ledger;
  }

  /** What a document says of itself at its root, read to its end. */
  private record Document(@Nullable String id, @Nullable String dataset, boolean records) {}

  /** Makes a list of the parameter {@code fieldIds}. */
  public void chooseFields(Exchange exchange) {
    String ids = exchange.getVariable("fieldIds", String.class);
    exchange.setVariable("alidaFields", ids == null ? null : List.of(ids.split(",")));
  }

  /**
   * Sets {@code alidaRecords} to whether the run's document holds responses: {@code some}, {@code
   * none}, or {@code unproven} where it has none and does not say whose it is. Throws NOT_THE_FILE,
   * and forgets the file, when the document is of another batch and another activity.
   */
  public void judge(Exchange exchange) throws IOException {
    String run = exchange.getVariable(RunVariables.RUN_ID, String.class);
    StagedFile file = ledger.receipts().of(run).get(0);
    Document document = read(file);
    String batch = exchange.getVariable(RunVariables.JOB_ID, String.class);
    String dataset = exchange.getVariable("alidaDataset", String.class);
    String activity = exchange.getVariable("activityId", String.class);
    boolean ofBatch = same(document.id(), batch);
    boolean ofDataset = same(document.dataset(), dataset) || same(document.dataset(), activity);
    if (!ofBatch && !ofDataset) {
      // Without the dataset of the batch, another dataset than the activity's id says nothing.
      if (document.id() != null || document.dataset() != null && dataset != null) {
        int attempt = exchange.getVariable(RunVariables.RUN_ATTEMPT, 0, Integer.class);
        ledger.receipts().forget(run, file.position(), attempt);
        throw new StepFailure.RetryLater(
            "NOT_THE_FILE",
            "the document behind Alida's link is of another batch and another activity than were ordered;"
                + " it is not delivered, ask Alida if this repeats",
            null,
            FETCHES,
            null);
      }
      note(exchange, "the document does not say which batch or activity it is of");
    } else if (!ofBatch && document.id() != null) {
      note(exchange, "the document is of the activity, but names another batch than was ordered");
    }
    String none = ofBatch || ofDataset ? "none" : "unproven";
    exchange.setVariable("alidaRecords", document.records() ? "some" : none);
  }

  private static void note(Exchange exchange, String note) {
    exchange.setVariable(RunVariables.NOTE, note + ": compare it with Alida");
  }

  /** Ids are GUIDs; dashes and capitals make no difference to them. */
  private static boolean same(@Nullable String one, @Nullable String other) {
    return one != null && other != null && plain(one).equals(plain(other));
  }

  private static String plain(String id) {
    return id.replaceAll("[{}-]", "").toLowerCase(Locale.ROOT);
  }

  private static Document read(StagedFile file) throws IOException {
    String id = null;
    String dataset = null;
    boolean records = false;
    try (JsonParser json = JSON.createParser(file.path().toFile())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("records") && value == JsonToken.START_ARRAY) {
          records |= json.nextToken() != JsonToken.END_ARRAY;
          while (!json.getParsingContext().getParent().inRoot()) {
            json.nextToken();
          }
        } else if (name.equals("id") && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          id = json.getText();
        } else if (name.equals("datasetId")
            && value.isScalarValue()
            && value != JsonToken.VALUE_NULL) {
          dataset = json.getText();
        } else {
          json.skipChildren();
        }
      }
    }
    return new Document(id, dataset, records);
  }
}
