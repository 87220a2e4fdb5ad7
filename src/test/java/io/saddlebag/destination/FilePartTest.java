package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stretches of a file of 200,000 bytes, which is more than three buffers. */
class FilePartTest {
  private final byte[] bytes = new byte[200_000];
  private Path file;

  @BeforeEach
  void write(@TempDir Path folder) throws IOException {
    new Random(7).nextBytes(bytes);
    file = Files.write(folder.resolve("answers.csv"), bytes);
  }

  @ParameterizedTest
  @CsvSource({"0, 200000", "0, 0", "0, 65536", "65536, 65537", "70000, 130000", "199999, 1"})
  void a_part_has_its_own_bytes_and_no_others_in_pieces_of_whatever_size(int offset, int length)
      throws IOException {
    byte[] expected = Arrays.copyOfRange(bytes, offset, offset + length);
    for (int piece : new int[] {1, 4096, 4097, 300_000}) {
      try (FilePart part = new FilePart(file, offset, length)) {
        assertThat(read(part.newStream(), piece)).as("in pieces of %s", piece).isEqualTo(expected);
      }
    }
  }

  @Test
  void a_part_that_was_read_halfway_is_read_again_from_its_beginning() throws IOException {
    try (FilePart part = new FilePart(file, 1000, 100_000)) {
      part.newStream().readNBytes(70_000);

      assertThat(part.newStream().readAllBytes())
          .isEqualTo(Arrays.copyOfRange(bytes, 1000, 101_000));
    }
  }

  private static byte[] read(InputStream in, int piece) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[piece];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      all.write(buffer, 0, read);
    }
    return all.toByteArray();
  }
}
