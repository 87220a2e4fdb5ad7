package io.saddlebag.simulator.alida;

import io.saddlebag.simulator.Body;
import java.io.IOException;
import java.io.OutputStream;

/** A head, a record again and again, and a tail; nothing of it is held in memory twice. */
record RepeatedRecords(byte[] head, byte[] record, byte[] tail, long count) implements Body {
  @Override
  public long length() {
    return head.length + count * record.length + tail.length;
  }

  @Override
  public void writeTo(OutputStream out, long offset) throws IOException {
    long at = offset;
    if (at < head.length) {
      out.write(head, (int) at, head.length - (int) at);
      at = head.length;
    }
    long end = head.length + count * record.length;
    while (at < end) {
      int from = (int) ((at - head.length) % record.length);
      out.write(record, from, record.length - from);
      at += record.length - from;
    }
    out.write(tail, (int) (at - end), tail.length - (int) (at - end));
  }
}
