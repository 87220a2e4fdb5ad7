package io.saddlebag.vendor.alida.table;

import java.io.IOException;

/** Takes records one by one; a record is another's after the call. */
@FunctionalInterface
interface RecordSink {
  void accept(ResponseRecord record) throws IOException;
}
