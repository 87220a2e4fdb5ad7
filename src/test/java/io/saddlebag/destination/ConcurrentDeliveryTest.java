package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several deliveries into one name, readers at the same time, and what a kill leaves. */
class ConcurrentDeliveryTest {
  private static final String KEEP = "unchanged";
  private static final int BYTES = 300_000;
  private static final Instant NOW = Instant.parse("2026-04-30T12:00:00Z");

  @TempDir Path folder;

  private static Exchange message(Object body, String run) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(body);
    exchange
        .getMessage()
        .setHeaders(
            Map.of(
                "CamelFileName", "survey.csv",
                "SaddlebagExport", "survey",
                "SaddlebagRun", "survey@" + run,
                "SaddlebagPosition", 0,
                "SaddlebagReceipt", "{\"name\":\"vendor.csv\",\"bytes\":1,\"sha256\":\"x\"}"));
    return exchange;
  }

  private FolderDelivery sink(String layout, String permissions, Disk disk, Instant now) {
    return new FolderDelivery(
        folder.resolve("out").toString(),
        layout,
        permissions,
        KEEP,
        KEEP,
        true,
        disk,
        Clock.fixed(now, ZoneOffset.UTC));
  }

  private FolderDelivery sink(String layout) {
    return new FolderDelivery(folder.resolve("out").toString(), layout, KEEP, KEEP, KEEP, true);
  }

  private static byte[] filled(int letter) {
    byte[] bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) letter);
    return bytes;
  }

  @Test
  void readers_of_one_name_see_whole_files_and_receipts_that_are_theirs() throws Exception {
    Path target = folder.resolve("out/latest/survey.csv");
    Path receipt = target.resolveSibling("survey.csv.receipt.json");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    AtomicBoolean done = new AtomicBoolean();
    // How often the reader met one and the same receipt before and after; on a busy machine it may
    // take more deliveries until it does.
    AtomicInteger compared = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> writers = new ArrayList<>();
    for (char letter : new char[] {'a', 'b', 'c'}) {
      // A step of its own each, as two exports have.
      FolderDelivery sink = sink("latest/{name}");
      writers.add(
          threads.submit(
              (Callable<Void>)
                  () -> {
                    start.await();
                    for (int i = 0; i < 40 || compared.get() == 0 && i < 4_000; i++) {
                      sink.deliver(message(filled(letter), letter + "@" + i));
                    }
                    return null;
                  }));
    }
    Future<?> reader =
        threads.submit(
            (Callable<Void>)
                () -> {
                  start.await();
                  while (!done.get()) {
                    if (read(target, receipt)) {
                      compared.incrementAndGet();
                    }
                  }
                  return null;
                });
    start.countDown();
    for (Future<?> writer : writers) {
      writer.get();
    }
    done.set(true);

    reader.get();
    assertThat(compared.get())
        .as("reads with one and the same receipt before and after")
        .isPositive();
    threads.shutdown();
    assertThat(read(target, receipt)).isTrue();
    try (var files = Files.list(folder.resolve("out/latest"))) {
      assertThat(files).containsExactlyInAnyOrder(target, receipt);
    }
  }

  /** Whether the receipt was the same before and after; then it must be the file's. */
  private static boolean read(Path target, Path receipt) throws IOException {
    String before = text(receipt);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(target);
    } catch (NoSuchFileException notYet) {
      return false;
    }
    assertThat(bytes).hasSize(BYTES).containsOnly(bytes[0]);
    String after = text(receipt);
    if (before.isEmpty() || !before.equals(after)) {
      return false;
    }
    JsonNode said = new ObjectMapper().readTree(before);
    FileDigest digest =
        FileDigest.copied(new ByteArrayInputStream(bytes), java.io.OutputStream.nullOutputStream());
    assertThat(said.get("sha256").asText()).isEqualTo(digest.sha256());
    return true;
  }

  private static String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException notThere) {
      return "";
    }
  }

  @Test
  void each_delivery_writes_into_a_part_of_its_own_that_only_its_owner_may_read() throws Exception {
    List<Path> seen = new ArrayList<>();
    FolderDelivery sink = sink("{name}", "rw-r-----", new Disk(), Instant.now());
    for (int i = 0; i < 2; i++) {
      sink.deliver(
          message(
              new InputStream() {
                private int left = 10;

                @Override
                public int read() throws IOException {
                  try (var files = Files.newDirectoryStream(folder.resolve("out"), ".part-*")) {
                    for (Path part : files) {
                      seen.add(part);
                      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part)))
                          .isEqualTo("rw-------");
                    }
                  }
                  return left-- > 0 ? 'x' : -1;
                }
              },
              "same"));
    }

    assertThat(seen.stream().distinct()).hasSize(2);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("out/survey.csv"))))
        .isEqualTo("rw-r-----");
  }

  @Test
  void every_folder_that_is_made_is_forced_and_the_name_after_the_bytes() throws Exception {
    List<String> forced = new ArrayList<>();
    Disk disk =
        new Disk(
            (path, how) ->
                forced.add(
                    how == StandardOpenOption.READ
                        ? "folder " + folder.relativize(path)
                        : Files.size(path)
                            + " bytes, seen as "
                            + Files.exists(folder.resolve("out/survey/2026/survey.csv"))));

    sink("{export}/2026/{name}", KEEP, disk, Instant.now()).deliver(message("abc", "one"));

    assertThat(forced.subList(0, 3)).containsExactly("folder ", "folder out", "folder out/survey");
    assertThat(forced.get(3)).isEqualTo("3 bytes, seen as false");
    assertThat(forced.get(4)).endsWith("bytes, seen as false");
    assertThat(forced.subList(5, 7))
        .containsExactly("folder out/survey/2026", "folder out/survey/2026");
  }

  @Test
  void what_a_kill_left_is_removed_when_it_is_old_and_ours() throws Exception {
    Path out = Files.createDirectories(folder.resolve("out"));
    PartFile otherProcess = new PartFile(Clock.systemUTC());
    Path target = out.resolve("survey.csv");
    Path old = part(otherProcess.beside(target, "another/0"), Duration.ofHours(2));
    Path young = part(otherProcess.beside(target, "another/1"), Duration.ofMinutes(30));
    Path former = part(out.resolve(".part-survey.csv"), Duration.ofHours(2));
    Path foreign = part(out.resolve(".part-upload"), Duration.ofDays(30));
    Path file = part(out.resolve("data.part-1"), Duration.ofDays(30));

    sink("{name}", KEEP, new Disk(), NOW).deliver(message("abc", "one"));

    assertThat(old).doesNotExist();
    assertThat(former).doesNotExist();
    assertThat(young).exists();
    assertThat(foreign).exists();
    assertThat(file).exists();
  }

  @Test
  void what_a_kill_left_of_the_same_delivery_is_removed_by_its_repetition() throws Exception {
    Path out = Files.createDirectories(folder.resolve("out"));
    Path target = out.resolve("survey.csv");
    String ours =
        new PartFile(Clock.systemUTC()).beside(target, "survey@one/0").getFileName().toString();
    String process = ours.substring(19, 31);
    Path killed = part(out.resolve(ours.replace(process, "0123456789ab")), Duration.ofSeconds(3));
    Path running = part(out.resolve(ours), Duration.ofSeconds(3));
    Path justNow = part(out.resolve(ours.replace(process, "ba9876543210")), Duration.ofSeconds(1));

    sink("{name}", KEEP, new Disk(), NOW).deliver(message("abc", "one"));

    assertThat(killed).doesNotExist();
    assertThat(running).as("of this process, so at work").exists();
    assertThat(justNow).as("perhaps still written").exists();
  }

  private static Path part(Path path, Duration age) throws IOException {
    Files.writeString(path, "half");
    return Files.setLastModifiedTime(path, FileTime.from(NOW.minus(age)));
  }

  @Test
  void a_file_that_its_owner_may_not_write_is_delivered() throws Exception {
    sink("{name}", "r--r-----", new Disk(), Instant.now()).deliver(message("abc", "one"));

    assertThat(folder.resolve("out/survey.csv")).content().isEqualTo("abc");
  }

  @Test
  void a_name_of_200_bytes_is_delivered_under_the_default_layout() throws Exception {
    String export = "e".repeat(100);
    Exchange exchange = message("abc", "one");
    exchange.getMessage().setHeader("SaddlebagExport", export);
    exchange.getMessage().setHeader("SaddlebagRun", export + "@2026-04-30T02:00:00.000Z");
    exchange.getMessage().setHeader("CamelFileName", "я".repeat(95) + ".csv.zip");

    sink("{export}/{run}-{name}").deliver(exchange);

    try (var files = Files.list(folder.resolve("out").resolve(export))) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .satisfiesExactly(
              name -> assertThat(name).startsWith(export + "@").endsWith(".csv.zip"),
              name -> assertThat(name).endsWith(".csv.zip.receipt.json"));
    }
  }
}
