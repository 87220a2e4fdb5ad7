package io.saddlebag.vendor.alida.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.bench.PlainActivityTable;
import io.saddlebag.bench.RandomActivity;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random documents come out as a plain program, written without this one's tricks, has them. */
class OracleTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void random_documents_give_the_oracles_bytes(long seed) throws Exception {
    Path document = folder.resolve("activity.json");
    Path ours = folder.resolve("ours.csv");
    Path oracle = folder.resolve("oracle.csv");
    new RandomActivity(seed).write(document, seed * 20_000);

    new ActivityTables(TableOptions.standard()).wide(document.toFile(), ours);
    new PlainActivityTable().convert(document, oracle);

    assertThat(Files.readString(ours)).isEqualTo(Files.readString(oracle));
  }
}
