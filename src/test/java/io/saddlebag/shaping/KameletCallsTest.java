package io.saddlebag.shaping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KameletCallsTest {
  @TempDir Path folder;

  @Test
  void what_a_kamelet_made_lies_there_until_its_caller_is_done() throws Exception {
    WorkFolder work = new WorkFolder(folder);
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              routeTemplate("shape")
                  .from("kamelet:source")
                  .process(
                      exchange -> {
                        Path copy = work.open(exchange).resolve("copy.txt");
                        Files.writeString(copy, "copy");
                        exchange.getMessage().setBody(copy.toFile());
                      });
              from("direct:deliver")
                  .to("kamelet:shape")
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

      var well = camel.createProducerTemplate().send("direct:deliver", exchange -> {});
      assertThat(folder).isEmptyDirectory();
      var badly =
          camel
              .createProducerTemplate()
              .send("direct:deliver", exchange -> exchange.getMessage().setHeader("fails", true));

      assertThat(well.getVariable("seen")).isEqualTo("copy");
      assertThat(badly.getException()).hasMessage("a later step fails");
      assertThat(folder).isEmptyDirectory();
    }
  }
}
