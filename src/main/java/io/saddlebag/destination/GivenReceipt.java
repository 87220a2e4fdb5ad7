package io.saddlebag.destination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The receipt that came with a message: that of the file which the vendor gave. What a destination
 * writes may be another file, when a step has shaped a copy; its receipt tells of both.
 *
 * @param text the receipt as it came
 */
record GivenReceipt(String text) {
  /** The variable with the receipt that a destination has put beside its file. */
  static final String DELIVERED = "deliveredReceipt";

  /**
   * The exchange's property with the staged file that was handed to the user's steps. Whoever hands
   * it over writes the same name: this package depends on no other, and no run on this one.
   */
  private static final String STAGED = "io.saddlebag.stagedFile";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a receipt says of a file; the rest is of the run, whatever became of its file. */
  private static final List<String> OF_THE_FILE =
      List.of("name", "bytes", "sha256", "contentType", "vendorModified", "checks", "stagedAt");

  /** The receipt in a message's headers, null where there is none. */
  static @Nullable GivenReceipt in(Exchange exchange) {
    String text = exchange.getMessage().getHeader("SaddlebagReceipt", String.class);
    return text == null ? null : new GivenReceipt(text);
  }

  /**
   * The digest of the message's body as this receipt has it; null when the body may be another file
   * than the staged one, so that only reading it tells.
   */
  @Nullable FileDigest ofBody(Exchange exchange) {
    Object staged = exchange.getProperty(STAGED);
    if (staged == null || !staged.equals(exchange.getMessage().getBody())) {
      return null;
    }
    ObjectNode receipt = read();
    return receipt == null ? null : digest(receipt);
  }

  /**
   * The receipt of a delivered file: this one, letter for letter, when it is the vendor's file
   * under the vendor's name; otherwise one of that file, with what the vendor gave otherwise as
   * {@code original}. Of the vendor's file under another name that is the name alone: what was
   * checked and when it was staged is true of it still.
   */
  String of(String name, FileDigest delivered) {
    ObjectNode receipt = read();
    // A receipt of somebody else's making has its own meaning.
    boolean sameBytes = receipt != null && digest(receipt).equals(delivered);
    if (receipt == null || (sameBytes && receipt.path("name").asText().equals(name))) {
      return text;
    }
    ObjectNode original = JSON.createObjectNode();
    if (sameBytes) {
      original.set("name", receipt.get("name"));
    } else {
      move(receipt, original);
    }
    receipt.put("name", name).put("bytes", delivered.bytes()).put("sha256", delivered.sha256());
    receipt.set("original", original);
    return receipt.toPrettyString();
  }

  private static void move(ObjectNode receipt, ObjectNode original) {
    for (String field : OF_THE_FILE) {
      JsonNode value = receipt.remove(field);
      if (value != null) {
        original.set(field, value);
      }
    }
  }

  private static FileDigest digest(ObjectNode receipt) {
    return new FileDigest(receipt.path("bytes").asLong(), receipt.path("sha256").asText());
  }

  private @Nullable ObjectNode read() {
    try {
      return JSON.readTree(text) instanceof ObjectNode receipt
              && receipt.has("name")
              && receipt.has("bytes")
              && receipt.has("sha256")
          ? receipt
          : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
