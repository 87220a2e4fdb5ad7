package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.saddlebag.docs.Recipe;
import io.saddlebag.simulator.Body;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Destinations take a file that is larger than the heap; the profile load makes it 2 GiB. */
class LargeDeliveryTest {
  private static final long MIB = Long.getLong("large.delivery.mib", 80);
  private static final String LINE = "1000001,Garcia,Nursing\n";

  /** A record of 32 KiB: each is a message and a round trip. */
  private static final String RECORD = "{\"essay\":\"" + "x".repeat(32_754) + "\"}\n";

  @TempDir Path folder;

  private static Body lines(String line) {
    return Body.repeating(line, lineCount(line) * line.length());
  }

  private static long lineCount(String line) {
    return (MIB << 20) / line.length();
  }

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
    try (LargeExport large = new LargeExport(folder, "large.csv", "text/csv", lines(LINE));
        EmbeddedPostgres postgres = EmbeddedPostgres.start();
        var database = postgres.getPostgresDatabase().getConnection();
        var statement = database.createStatement()) {
      statement.execute(
          "create unlogged table large (\"1000001\" text, \"Garcia\" text, \"Nursing\" text)");
      large
          .files()
          .with("warehouse.url", postgres.getJdbcUrl("postgres", "postgres"))
          .with("warehouse.user", "postgres")
          .with("receiver.server", "http://127.0.0.1:" + receiver.getAddress().getPort());

      large.deliver(
          MIB + " MiB into a table and by HTTP POST",
          """
          - to: kamelet:postgres-copy-sink?connection=warehouse&table=large
          - to:
              uri: "{{receiver.server}}/files"
              parameters: {httpMethod: POST}
          """);

      assertThat(posted.get()).isEqualTo(lines(LINE).length());
      try (var count = statement.executeQuery("select rows from saddlebag_loads")) {
        assertThat(count.next()).isTrue();
        assertThat(count.getLong(1))
            .as("all lines but the one of names")
            .isEqualTo(lineCount(LINE) - 1);
      }
    } finally {
      receiver.stop(0);
    }
  }

  @Test
  @Tag("load")
  void a_file_larger_than_the_heap_is_put_on_an_sftp_server() throws Exception {
    try (LargeExport large = new LargeExport(folder, "large.csv", "text/csv", lines(LINE));
        SftpServer server = new SftpServer(folder)) {
      server.properties().forEach(large.files()::with);

      large.deliver(MIB + " MiB to SFTP", Recipe.of("sftp").steps(0));

      assertThat(server.arrived())
          .singleElement()
          .satisfies(file -> assertThat(Files.size(file)).isEqualTo(lines(LINE).length()));
    }
  }

  @Test
  @Tag("load")
  void each_record_of_a_file_larger_than_the_heap_is_a_message() throws Exception {
    try (LargeExport large = new LargeExport(folder, "large.ndjson", "text/csv", lines(RECORD));
        Broker broker = new Broker();
        var factory = broker.connections();
        JMSContext context = factory.createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue("applicants"))) {
      broker.properties().forEach(large.files()::with);
      CompletableFuture<String> odd = new CompletableFuture<>();
      AtomicLong taken = new AtomicLong();
      consumer.setMessageListener(
          message -> {
            try {
              taken.incrementAndGet();
              String text = ((TextMessage) message).getText();
              if (!text.equals(RECORD.strip())) {
                odd.complete(text);
              }
            } catch (JMSException e) {
              odd.completeExceptionally(e);
            }
          });

      large.deliver(MIB + " MiB to JMS, record by record", Recipe.of("jms").steps(1));

      Awaitility.await().until(() -> taken.get() >= lineCount(RECORD) - 1);
      assertThat(odd).isNotDone();
      assertThat(taken.get()).as("all but the first").isEqualTo(lineCount(RECORD) - 1);
    }
  }

  @Test
  @Tag("load")
  void the_rows_of_a_file_larger_than_the_heap_are_inserted_in_one_transaction() throws Exception {
    String row = "id,name," + "x".repeat(2000) + "\n";
    String url = "jdbc:sqlite:" + folder.resolve("warehouse.db");
    try (LargeExport large = new LargeExport(folder, "large.csv", "text/csv", lines(row));
        var database = DriverManager.getConnection(url);
        var statement = database.createStatement()) {
      statement.execute(
          "create table applicants (run text, position integer, id integer, name text)");
      Recipe.of("jdbc").properties().forEach(large.files()::with);
      large.files().with("warehouse.url", url).with("warehouse.password", "none");

      large.deliver(MIB + " MiB of rows by JDBC", Recipe.of("jdbc").steps(0));

      try (var count = statement.executeQuery("select count(*) from applicants")) {
        assertThat(count.next()).isTrue();
        assertThat(count.getLong(1)).isEqualTo(lineCount(row) - 1);
      }
    }
  }
}
