package io.saddlebag.kamelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.destination.FolderDelivery;
import io.saddlebag.destination.PostgresCopy;
import io.saddlebag.destination.S3Destination;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as a file in a message's body, for every destination. */
class BodyFileTest {
  @TempDir Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private Path file;

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(folder.resolve("a.csv"), "id\n1\n");
    camel.start();
  }

  @AfterEach
  void close() throws Exception {
    camel.close();
  }

  private Exchange exchange(Object body) {
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setBody(body);
    exchange.getMessage().setHeader("SaddlebagRun", "nightly@2026-04-05T02:00:00Z");
    exchange.getMessage().setHeader("SaddlebagPosition", "0");
    return exchange;
  }

  private static GenericFile<File> wrapped(File file) {
    GenericFile<File> wrapped = new GenericFile<>();
    wrapped.setFile(file);
    return wrapped;
  }

  private static GenericFile<Object> fetched(Object remote, File local) {
    GenericFile<Object> wrapped = new GenericFile<>();
    wrapped.setFile(remote);
    wrapped.setBody(local);
    return wrapped;
  }

  private List<Object> files() {
    return List.of(
        file.toFile(), file, wrapped(file.toFile()), fetched("a file of a server", file.toFile()));
  }

  @Test
  void a_file_is_found_however_it_is_held() throws Exception {
    for (Object body : files()) {
      assertThat(BodyFile.of(exchange(body))).isEqualTo(file);
    }
    for (Object body : List.of("text", new byte[] {1}, new ByteArrayInputStream(new byte[0]))) {
      assertThat(BodyFile.of(exchange(body))).isNull();
    }
    assertThat(BodyFile.of(exchange(null))).isNull();
    assertThat(BodyFile.kind(exchange(null))).isEqualTo("nothing");
  }

  @Test
  void a_folder_and_a_file_that_is_gone_are_refused() {
    assertThatThrownBy(() -> BodyFile.of(exchange(folder)))
        .hasMessageContaining("the message holds the folder " + folder);
    assertThatThrownBy(() -> BodyFile.of(exchange(folder.resolve("gone").toFile())))
        .hasMessageContaining("gone")
        .hasMessageContaining("the message's file is not there");
  }

  @Test
  void a_folder_sink_takes_files_and_streams() throws Exception {
    FolderDelivery delivery =
        new FolderDelivery(
            folder.resolve("lake").toString(),
            "{name}",
            "unchanged",
            "unchanged",
            "unchanged",
            false);
    for (Object body : files()) {
      delivery.deliver(exchange(body));

      assertThat(folder.resolve("lake/a.csv")).hasContent("id\n1\n");
      Files.delete(folder.resolve("lake/a.csv"));
    }
    assertThatThrownBy(
            () -> {
              Exchange empty = exchange(null);
              empty.getMessage().setHeader(Exchange.FILE_NAME, "b.csv");
              delivery.deliver(empty);
            })
        .hasMessageContaining("the message holds nothing and no file");
  }

  /** Without a database the load fails where it connects, which is behind the body. */
  @Test
  void a_load_and_a_store_take_files_and_name_what_is_none() {
    PostgresCopy copy = new PostgresCopy("warehouse", "t", "append", "UTF8", "tab", "\\N");
    S3Destination store =
        new S3Destination(
            "store", "bucket", "{name}", "STANDARD", "none", "", "16MiB", "64MiB", 4, false);
    for (Object body : files()) {
      assertThatThrownBy(() -> copy.load(exchange(body)))
          .hasMessageContaining("warehouse.url is not set");
    }
    for (Object body : List.of("text", new ByteArrayInputStream(new byte[0]))) {
      String kind = body.getClass().getSimpleName();
      assertThatThrownBy(() -> copy.load(exchange(body)))
          .hasMessageContaining("the message holds a " + kind + ", not a file");
      assertThatThrownBy(() -> store.store(exchange(body)))
          .hasMessageContaining("holds a " + kind + " and no file");
    }
  }
}
