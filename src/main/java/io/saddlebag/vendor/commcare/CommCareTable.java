package io.saddlebag.vendor.commcare;

import io.saddlebag.shaping.Choice;
import io.saddlebag.shaping.GivenFile;
import io.saddlebag.shaping.ShapedCopy;
import io.saddlebag.shaping.WorkFolder;
import java.io.IOException;
import org.apache.camel.Exchange;

/**
 * Makes one CSV table of an unpacked CommCare archive usable, for the Kamelet {@code
 * commcare-table-action}. Safe for threads.
 */
public final class CommCareTable {
  private final ShapedCopy copy;
  private final Missing missing;

  /** What becomes of the three dashes that say that a form did not have the question. */
  private enum Missing {
    KEEP,
    EMPTY
  }

  /** A shaping with the parameters of the Kamelet. */
  public CommCareTable(String workFolder, String missing) {
    this.copy = new ShapedCopy(new WorkFolder(workFolder));
    this.missing = Choice.of(Missing.class, "missing of commcare-table-action", missing);
  }

  /** Gives the message's table its usable name and, where wanted, empty fields for dashes. */
  public void shape(Exchange exchange) throws IOException {
    String name = TableName.of(new GivenFile(exchange).name());
    if (missing == Missing.EMPTY && name.endsWith(".csv")) {
      copy.replace(exchange, name, (in, out) -> new MissingFields(name, in, out).copy());
    } else {
      exchange.getMessage().setHeader(Exchange.FILE_NAME, name);
    }
  }
}
