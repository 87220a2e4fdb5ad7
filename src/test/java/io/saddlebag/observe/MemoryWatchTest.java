package io.saddlebag.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
  private static final long MIB = 1 << 20;

  @Test
  void memory_that_is_left_is_not_short() {
    assertThat(MemoryWatch.shortage(100 * MIB, 171 * MIB, 256 * MIB)).isEmpty();
  }

  @Test
  void a_shortage_names_the_option_and_a_value_that_would_do() {
    assertThat(MemoryWatch.shortage(160 * MIB, 171 * MIB, 256 * MIB))
        .hasValueSatisfying(
            sentence ->
                assertThat(sentence)
                    .contains("160 of 171 MiB")
                    .contains("raise -Xmx in SADDLEBAG_JAVA_OPTIONS, to -Xmx512m"));
  }

  /** Fills a small heap with what it keeps, and says whether that was told. */
  static final class Full {
    public static void main(String[] arguments) throws Exception {
      CountDownLatch told = new CountDownLatch(1);
      List<byte[]> kept = new ArrayList<>();
      try (MemoryWatch watch = new MemoryWatch(sentence -> told.countDown())) {
        long most = Runtime.getRuntime().maxMemory();
        while (told.getCount() > 0 && kept.size() * MIB / 2 < most * 62 / 100) {
          kept.add(new byte[(int) MIB / 2]);
        }
        System.gc();
        System.out.println(
            told.await(20, TimeUnit.SECONDS) && watch.shortage().isPresent()
                ? "told"
                : "not told of " + kept.size());
      }
    }
  }

  @Test
  void a_heap_that_a_collection_leaves_full_is_told_of() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Full.class.getName())
            .redirectErrorStream(true)
            .start();

    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said.lines().toList()).as(said).contains("told");
  }
}
