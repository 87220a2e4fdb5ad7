package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.saddlebag.ChildProcess;
import io.saddlebag.TestRuntime;
import io.saddlebag.simulator.Body;
import io.saddlebag.simulator.storage.StorageSimulator;
import io.saddlebag.simulator.webadmit.WebAdmitExport;
import io.saddlebag.simulator.webadmit.WebAdmitSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations take a file that is larger than the heap. */
class LargeDeliveryTest {
  private static final String LINE = "1000001,Garcia,Nursing\n";
  private static final long LINES = (Long.getLong("large.delivery.mib", 80) << 20) / LINE.length();
  private static final long BYTES = LINES * LINE.length();

  @TempDir Path folder;

  @Test
  void a_file_larger_than_the_heap_is_loaded_into_a_table_and_posted() throws Exception {
    AtomicLong posted = new AtomicLong();
    HttpServer receiver = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          posted.set(exchange.getRequestBody().transferTo(OutputStream.nullOutputStream()));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
    try (StorageSimulator storage = new StorageSimulator(Clock.systemUTC(), 0);
        WebAdmitSimulator vendor = new WebAdmitSimulator(Clock.systemUTC(), storage, 0);
        EmbeddedPostgres postgres = EmbeddedPostgres.start();
        var database = postgres.getPostgresDatabase().getConnection();
        var statement = database.createStatement()) {
      storage.start();
      vendor.pace(Duration.ofMillis(20)).start();
      vendor.export(
          new WebAdmitExport(
              86446, "Nightly", "x", "text/csv", "large.csv", Body.repeating(LINE, BYTES)));
      statement.execute(
          "create unlogged table large (\"1000001\" text, \"Garcia\" text, \"Nursing\" text)");
      TestRuntime files =
          new TestRuntime(folder)
              .with("admissions.server", vendor.uri().toString())
              .with("admissions.api-key", WebAdmitSimulator.DEMO_KEY)
              .with("admissions.storage-hosts", "localhost")
              .with("warehouse.url", postgres.getJdbcUrl("postgres", "postgres"))
              .with("warehouse.user", "postgres")
              .with("receiver.server", "http://127.0.0.1:" + receiver.getAddress().getPort())
              .export(
                  "large",
                  """
                  - route:
                      id: large
                      from:
                        uri: kamelet:webadmit-export-source
                        parameters: {connection: admissions, identity: 42, export: 86446, pollMin: 20ms, pollMax: 50ms}
                        steps:
                          - to: kamelet:postgres-copy-sink?connection=warehouse&table=large
                          - to:
                              uri: "{{receiver.server}}/files"
                              parameters: {httpMethod: POST}
                  """);
      try (ChildProcess child =
          ChildProcess.start(folder, "64m", files.properties(), Map.of(), "run", "large")) {
        assertThat(child.exitCode(300)).as(child.out() + child.err()).isZero();
      }
      assertThat(posted.get()).isEqualTo(BYTES);
      try (var count = statement.executeQuery("select rows from saddlebag_loads")) {
        assertThat(count.next()).isTrue();
        assertThat(count.getLong(1)).as("all lines but the one of names").isEqualTo(LINES - 1);
      }
    } finally {
      receiver.stop(0);
    }
  }
}
