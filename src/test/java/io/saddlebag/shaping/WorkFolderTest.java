package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir Path folder;

  @Test
  void copies_lie_there_until_the_exchange_is_done() throws Exception {
    WorkFolder work = new WorkFolder(folder);
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:shape")
                  .process(
                      exchange -> {
                        Path opened = work.open(exchange);
                        Files.createDirectories(opened.resolve("a/b"));
                        Files.writeString(opened.resolve("a/b/copy.txt"), "copy");
                        exchange.getMessage().setBody(opened.resolve("a/b/copy.txt").toFile());
                      })
                  .process(
                      exchange ->
                          exchange.setVariable(
                              "seen",
                              Files.readString(
                                  exchange.getMessage().getBody(java.io.File.class).toPath())))
                  .choice()
                  .when(header("fails").isEqualTo(true))
                  .throwException(new IllegalStateException("a later step fails"));
            }
          });
      camel.start();

      var well = camel.createProducerTemplate().send("direct:shape", exchange -> {});
      var badly =
          camel
              .createProducerTemplate()
              .send("direct:shape", exchange -> exchange.getMessage().setHeader("fails", true));

      assertThat(well.getVariable("seen")).isEqualTo("copy");
      assertThat(badly.getException()).hasMessage("a later step fails");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void what_a_crash_left_is_removed_and_nothing_else() throws Exception {
    Files.createDirectories(folder.resolve("work-123/deep"));
    Files.writeString(folder.resolve("work-123/deep/copy.csv"), "copy");
    Files.writeString(folder.resolve("of-somebody-else"), "stays");

    new WorkFolder(folder.toString()).removeLeftovers();

    assertThat(folder).isDirectoryContaining("glob:**of-somebody-else");
    assertThat(folder.resolve("work-123")).doesNotExist();
    new WorkFolder(folder.resolve("not-there")).removeLeftovers();
  }
}
