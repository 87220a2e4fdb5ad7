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
  /** The exchange's property with the staged file that was handed to the user's steps. */
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
    return receipt == null
        ? null
        : new FileDigest(receipt.path("bytes").asLong(), receipt.path("sha256").asText());
  }

  /**
   * The receipt of a delivered file: this one, letter for letter, when it is the vendor's file
   * under the vendor's name; otherwise one of that file, with what the vendor gave as {@code
   * original}.
   */
  String of(String name, FileDigest delivered) {
    ObjectNode receipt = read();
    // A receipt of somebody else's making has its own meaning.
    if (receipt == null || is(receipt, name, delivered)) {
      return text;
    }
    ObjectNode original = JSON.createObjectNode();
    for (String field : OF_THE_FILE) {
      JsonNode value = receipt.remove(field);
      if (value != null) {
        original.set(field, value);
      }
    }
    receipt.put("name", name).put("bytes", delivered.bytes()).put("sha256", delivered.sha256());
    receipt.set("original", original);
    return receipt.toPrettyString();
  }

  private static boolean is(ObjectNode receipt, String name, FileDigest delivered) {
    return receipt.path("name").asText().equals(name)
        && receipt.path("bytes").asLong() == delivered.bytes()
        && receipt.path("sha256").asText().equals(delivered.sha256());
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
