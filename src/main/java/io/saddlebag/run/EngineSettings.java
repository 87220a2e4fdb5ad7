package io.saddlebag.run;

import java.time.Duration;

/**
 * How a node works.
 *
 * @param node the node's identity
 * @param sharedStaging whether its staging folder is one that all nodes share
 * @param stepThreads how many short steps run at once
 * @param transferThreads how many downloads and deliveries run at once
 * @param polling how often the timers look for due runs, which bounds how late a run is woken
 */
public record EngineSettings(
    String node, boolean sharedStaging, int stepThreads, int transferThreads, Duration polling) {

  int threads(Lane lane) {
    return lane == Lane.STEPS ? stepThreads : transferThreads;
  }
}
