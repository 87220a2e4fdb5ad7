package io.saddlebag.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pieces of a body that comes in records, and of one that breaks off. */
class BodyChunksTest {
  @Test
  void short_records_are_gathered_into_one_piece() throws Exception {
    BodyChunks chunks = new BodyChunks(records(record(9_000, 'a'), record(9_000, 'b')));

    assertThat(chunks.next(10_000)).isEqualTo(10_000);
    assertThat(chunks.buffer()[8_999]).isEqualTo((byte) 'a');
    assertThat(chunks.buffer()[9_000]).isEqualTo((byte) 'b');
    assertThat(chunks.next(10_000)).isEqualTo(8_000);
    assertThat(chunks.next(10_000)).isEqualTo(-1);
  }

  @Test
  void what_came_before_a_break_is_handed_out_first() throws Exception {
    BodyChunks chunks = new BodyChunks(records(record(500, 'a'), new Broken()));

    assertThat(chunks.next(BodyChunks.BYTES)).isEqualTo(500);
    assertThatThrownBy(() -> chunks.next(BodyChunks.BYTES)).hasMessage("connection reset");
  }

  private static InputStream records(InputStream... records) {
    return new SequenceInputStream(Collections.enumeration(List.of(records)));
  }

  private static InputStream record(int bytes, char of) {
    return new ByteArrayInputStream(
        String.valueOf(of).repeat(bytes).getBytes(StandardCharsets.US_ASCII));
  }

  private static final class Broken extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("connection reset");
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      throw new IOException("connection reset");
    }
  }
}
