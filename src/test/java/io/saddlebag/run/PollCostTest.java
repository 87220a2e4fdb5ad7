package io.saddlebag.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** A poll is what is done most often: so little does it ask of the ledger. */
class PollCostTest extends LifeTest {
  private ExplainedPool pool;

  @Override
  Ledger open(LedgerSettings settings) {
    pool = new ExplainedPool(Ledger.configuration(settings), true);
    return new Ledger(settings, pool);
  }

  @Test
  void a_poll_that_leaves_the_job_under_way_is_three_statements() {
    Run run = walk.to(RunState.PENDING);
    polled(run);
    pool.explain();
    pool.executed().clear();

    polled(ledger.runs().get(run.id()));

    assertThat(pool.executed())
        .as("the engine's own look, the move, the poll, the counter")
        .satisfiesExactly(
            sql -> assertThat(sql).startsWith("select * from run where id"),
            sql -> assertThat(sql).startsWith("update run"),
            sql -> assertThat(sql).startsWith("update poll"),
            sql -> assertThat(sql).startsWith("insert into counter"));
    assertThat(ledger.history().polls(run.id())).singleElement().matches(poll -> poll.times() == 2);
  }

  /** As the engine does it: with the run that it has found. */
  private void polled(Run run) {
    Exchange exchange = new DefaultExchange(camel);
    exchange.setProperty(Engine.RUN, run);
    exchange.setVariable(RunVariables.RUN_ID, run.id());
    exchange.setVariable(RunVariables.RUN_LANE, Lane.STEPS);
    journal.begin(exchange);
    exchange.setVariable(RunVariables.STATUS, "PENDING");
    exchange.setVariable(RunVariables.VENDOR_STATUS, "running");
    journal.polled(exchange);
    assertThat(next(exchange)).isEqualTo("PARKED");
  }

  @Test
  void a_cancel_that_comes_while_the_vendor_is_asked_is_seen_by_the_same_poll() {
    Run run = walk.to(RunState.PENDING);
    Exchange exchange = begun(run, Lane.STEPS);
    ledger.runs().requestCancel(run.id(), NOW);

    exchange.setVariable(RunVariables.STATUS, "PENDING");
    journal.polled(exchange);

    assertThat(next(exchange)).isEqualTo("CANCELLING");
  }
}
