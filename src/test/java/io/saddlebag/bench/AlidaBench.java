package io.saddlebag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An Alida document to a wide table at -Xmx64m, in turn with a plain program that uses Jackson's
 * streaming parser. Prints; asserts only that both tables have the same bytes.
 */
@Tag("bench")
class AlidaBench {
  private static final long BYTES = Long.getLong("bench.mib", 1024) << 20;
  private static final int PAIRS = Integer.getInteger("bench.pairs", 5);

  @TempDir Path folder;

  private record Figures(double wall, double cpu, double peak) {}

  @Test
  void wide_table_beside_plain_jackson() throws Exception {
    Path document = folder.resolve("activity.json");
    new RandomActivity(4).write(document, BYTES);
    List<Figures> plain = new ArrayList<>();
    List<Figures> tables = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      plain.add(run("plain", document));
      tables.add(run("tables", document));
      assertThat(Files.mismatch(folder.resolve("plain.csv"), folder.resolve("tables.csv")))
          .isEqualTo(-1);
    }
    long size = Files.size(document);
    print("plain Jackson streaming", plain, size);
    print("alida-to-csv-action", tables, size);
    List<Double> ratios = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      ratios.add(plain.get(pair).cpu() / tables.get(pair).cpu());
    }
    System.out.printf("CPU of plain / CPU of ours, by pair: %s%n", ratios);
  }

  private Figures run(String which, Path document) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TableProgram.class.getName(),
                which,
                document.toString(),
                folder.resolve(which + ".csv").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String[] figures = new String(process.getInputStream().readAllBytes()).strip().split(" ");
    assertThat(process.waitFor()).isZero();
    return new Figures(
        Double.parseDouble(figures[0]),
        Double.parseDouble(figures[1]),
        Double.parseDouble(figures[2]));
  }

  private static void print(String name, List<Figures> runs, long size) {
    double wall = median(runs.stream().map(Figures::wall));
    System.out.printf(
        "%-26s %6.0f MB/s  %6.2f CPU s  %5.0f MiB RSS  walls %s%n",
        name,
        size / 1e6 / wall,
        median(runs.stream().map(Figures::cpu)),
        median(runs.stream().map(Figures::peak)),
        runs.stream().map(run -> "%.2f".formatted(run.wall())).toList());
  }

  private static double median(Stream<Double> values) {
    List<Double> sorted = values.sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }
}
