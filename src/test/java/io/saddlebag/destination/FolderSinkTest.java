package io.saddlebag.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.TestRuntime;
import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import io.saddlebag.simulator.altcraft.AltcraftSimulator;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSinkTest {
  private static final String KEEP = "unchanged";

  @TempDir Path folder;

  private Exchange message(Object body) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(body);
    exchange
        .getMessage()
        .setHeaders(
            Map.of(
                "CamelFileName", "household.zip",
                "SaddlebagExport", "survey",
                "SaddlebagRun", "survey@2026-04-30T02:00:00.000Z",
                "SaddlebagReceipt", "{\"run\":\"1\"}"));
    return exchange;
  }

  private FolderDelivery to(String layout, String permissions, String owner, String group) {
    return new FolderDelivery(
        folder.resolve("out, or not").toString(), layout, permissions, owner, group, true);
  }

  private File staged(String text) throws Exception {
    return Files.writeString(folder.resolve("staged"), text).toFile();
  }

  @Test
  void a_file_gets_the_name_of_the_layout_and_its_receipt_beside_it() throws Exception {
    Exchange exchange = message(staged("bytes"));

    to("{export}/{year}/{month}/{date}-{name}", KEEP, KEEP, KEEP).deliver(exchange);

    Path delivered = folder.resolve("out, or not/survey/2026/04/2026-04-30-household.zip");
    assertThat(delivered).content().isEqualTo("bytes");
    assertThat(delivered.resolveSibling("2026-04-30-household.zip.receipt.json"))
        .content()
        .isEqualTo("{\"run\":\"1\"}");
    assertThat(exchange.getVariable("deliveredTo")).isEqualTo(delivered.toString());
    assertThat(folder.resolve("staged")).content().isEqualTo("bytes");
  }

  @Test
  void a_second_delivery_replaces_the_first() throws Exception {
    FolderDelivery sink = to("{export}/latest/{name}", KEEP, KEEP, KEEP);
    sink.deliver(message(staged("yesterday, which was longer")));
    sink.deliver(message(staged("today")));

    try (var files = Files.list(folder.resolve("out, or not/survey/latest"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("household.zip", "household.zip.receipt.json");
    }
    assertThat(folder.resolve("out, or not/survey/latest/household.zip"))
        .content()
        .isEqualTo("today");
  }

  @Test
  void a_delivery_that_is_not_wanted_any_more_ends_before_the_file_can_be_seen() throws Exception {
    FolderDelivery sink = to("{name}", KEEP, KEEP, KEEP);
    sink.deliver(message(staged("of the newer attempt")));
    Exchange slept = message(staged("of the attempt that slept"));
    slept.setProperty(
        "io.saddlebag.lastLook",
        (Runnable)
            () -> {
              throw new IllegalStateException("moved meanwhile");
            });

    assertThatThrownBy(() -> sink.deliver(slept)).hasMessage("moved meanwhile");

    assertThat(folder.resolve("out, or not/household.zip"))
        .content()
        .isEqualTo("of the newer attempt");
    try (var files = Files.list(folder.resolve("out, or not"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void another_name_that_the_disk_takes_for_the_same_is_not_replaced() throws Exception {
    Path out = Files.createDirectories(folder.resolve("out, or not"));
    Path other = Files.writeString(out.resolve("Household.zip"), "of another export");
    // On a disk that does not tell capitals from small letters, both names lead to one file.
    Files.createLink(out.resolve("household.zip"), other);

    assertThatThrownBy(() -> to("{name}", KEEP, KEEP, KEEP).deliver(message(staged("mine"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Household.zip")
        .hasMessageContaining("household.zip");

    assertThat(other).content().isEqualTo("of another export");
  }

  @Test
  void permissions_group_and_owner_are_those_asked_for() throws Exception {
    String owner = Files.getOwner(folder).getName();
    String group =
        Files.readAttributes(folder, java.nio.file.attribute.PosixFileAttributes.class)
            .group()
            .getName();

    to("{name}", "rw-r-----", owner, group).deliver(message("a text body"));

    Path delivered = folder.resolve("out, or not/household.zip");
    assertThat(delivered).content().isEqualTo("a text body");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(delivered)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void a_delivery_that_fails_leaves_nothing_under_any_name() throws Exception {
    FolderDelivery sink = to("{name}", KEEP, KEEP, KEEP);

    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () -> sink.deliver(message(folder.resolve("not-there").toFile()))))
        .isInstanceOf(java.io.IOException.class);

    assertThat(folder.resolve("out, or not")).isEmptyDirectory();
  }

  @Test
  void a_message_without_a_body_is_refused_by_the_name_of_the_file_it_should_have_become() {
    assertThatThrownBy(() -> to("{name}", KEEP, KEEP, KEEP).deliver(message(null)))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("into " + folder.resolve("out, or not/household.zip"));
  }

  @Test
  void a_delivery_without_a_receipt_leaves_no_receipt_of_the_one_before() throws Exception {
    Exchange exchange = message(staged("bytes"));
    to("first/{name}", KEEP, KEEP, KEEP).deliver(exchange);
    assertThat(exchange.getVariable("deliveredReceipt")).isEqualTo("{\"run\":\"1\"}");

    new FolderDelivery(folder.toString(), "second/{name}", KEEP, KEEP, KEEP, false)
        .deliver(exchange);

    assertThat(exchange.getVariable("deliveredTo"))
        .isEqualTo(folder.resolve("second/household.zip").toString());
    assertThat(exchange.getVariable("deliveredReceipt")).isNull();
  }

  @Test
  void a_delivery_that_fails_leaves_no_variables_of_the_one_before() throws Exception {
    FolderDelivery sink = to("{name}", KEEP, KEEP, KEEP);
    Exchange exchange = message(staged("bytes"));
    sink.deliver(exchange);
    exchange.getMessage().setBody(null);

    assertThatThrownBy(() -> sink.deliver(exchange)).isInstanceOf(IOException.class);

    assertThat(exchange.getVariable("deliveredTo")).isNull();
    assertThat(exchange.getVariable("deliveredReceipt")).isNull();
  }

  @Test
  void the_recipe_delivers_as_it_says_and_wrong_parameters_are_found_at_load() throws Exception {
    try (AltcraftSimulator vendor =
            new AltcraftSimulator(Clock.systemUTC(), 0).pace(Duration.ofMillis(20));
        TestRuntime runtime = new TestRuntime(folder)) {
      vendor.start();
      runtime
          .with("marketing.server", vendor.uri().toString())
          .with("marketing.token", AltcraftSimulator.DEMO_TOKEN)
          .with("delivery.folder", runtime.out().resolve("a b ü").toString());
      String yaml = Recipe.of("folder").yaml();
      runtime
          .export("recipe", yaml)
          .export("wrong-layout", wrong(yaml, "one", "{name}", "{nmae}"))
          .export("wrong-permissions", wrong(yaml, "two", "rw-r-----", "rw"))
          .export("wrong-folder", wrong(yaml, "four", "\"{{delivery.folder}}\"", "\"\""))
          .export(
              "wrong-owner",
              wrong(
                  yaml, "three", "permissions:", "owner: no-such-user\n              permissions:"))
          .start();

      Run run = runtime.run("signup-form");

      assertThat(run.state()).isEqualTo(RunState.DELIVERED);
      assertThat(runtime.delivered())
          .singleElement()
          .satisfies(
              file ->
                  assertThat(runtime.out().relativize(file).toString())
                      .matches("a b ü/signup-form/\\d{4}/\\d\\d/\\d{4}-\\d\\d-\\d\\d-.*"));
      assertThat(runtime.saddlebag().exports().problems())
          .extracting(Object::toString)
          .anySatisfy(problem -> assertThat(problem).contains("wrong-layout", "{nmae}"))
          .anySatisfy(problem -> assertThat(problem).contains("wrong-permissions", "\"rw\""))
          .anySatisfy(
              problem -> assertThat(problem).contains("wrong-folder", "names no file or folder"))
          .anySatisfy(problem -> assertThat(problem).contains("wrong-owner", "no-such-user"));
    }
  }

  private static String wrong(String yaml, String id, String from, String to) {
    return yaml.replace("id: signup-form", "id: " + id).replace(from, to);
  }
}
