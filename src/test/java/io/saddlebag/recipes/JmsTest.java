package io.saddlebag.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.docs.Recipe;
import io.saddlebag.run.Run;
import io.saddlebag.run.RunState;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The recipes of the page jms, against a real broker. */
class JmsTest extends ApplicantsTest {
  private Broker broker;

  @BeforeEach
  void startBroker() throws Exception {
    broker = new Broker();
    broker.properties().forEach(runtime::with);
    file("id,name\n1,Muñoz\n2,García\n3,Li\n");
  }

  @AfterEach
  void stopBroker() throws Exception {
    runtime.close();
    broker.close();
  }

  /** Takes what is in a queue. */
  private List<Message> taken(String queue) throws Exception {
    List<Message> taken = new ArrayList<>();
    try (ActiveMQConnectionFactory factory = broker.connections();
        JMSContext context = factory.createContext();
        JMSConsumer consumer = context.createConsumer(context.createQueue(queue))) {
      Message next = consumer.receive(5_000);
      while (next != null) {
        taken.add(next);
        next = consumer.receive(300);
      }
    }
    return taken;
  }

  @Test
  void a_claim_check_holds_the_receipt_and_the_place_of_the_file() throws Exception {
    load(Recipe.of("jms").blocks("yaml", "").get(0));
    runtime.start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    List<Message> messages = taken("exports");
    assertThat(messages).hasSize(1);
    assertThat(((TextMessage) messages.get(0)).getText())
        .contains("\"run\" : \"" + run.id() + "\"");
    assertThat(Path.of(messages.get(0).getStringProperty("location")))
        .isEqualTo(runtime.delivered().get(0));
  }

  @Test
  void each_record_is_a_message_and_none_is_there_twice_after_a_second_delivery() throws Exception {
    load(Recipe.of("jms").blocks("yaml", "").get(1));
    runtime.start();

    Run run = runtime.run("applicants");

    assertThat(run.state()).as("%s", run).isEqualTo(RunState.DELIVERED);
    var ledger = runtime.saddlebag().ledger();
    Instant now = Instant.now();
    ledger.moves().reopenStaged(run.id(), run.state(), now, now.plusSeconds(60));
    runtime.saddlebag().engine().wakeups().now(ledger.runs().get(run.id()), now);
    assertThat(runtime.ended(run.id()).state()).isEqualTo(RunState.DELIVERED);

    List<String> texts = new ArrayList<>();
    for (Message message : taken("applicants")) {
      texts.add(((TextMessage) message).getText());
      assertThat(message.propertyExists("SaddlebagReceipt")).isFalse();
    }
    assertThat(texts).containsExactly("1,Muñoz", "2,García", "3,Li");
  }
}
