package io.saddlebag.run;

/**
 * How a node works.
 *
 * @param node the node's name, the same after a restart
 * @param stepThreads how many short steps run at once
 * @param transferThreads how many downloads and deliveries run at once
 */
public record EngineSettings(String node, int stepThreads, int transferThreads) {

  int threads(Lane lane) {
    return lane == Lane.STEPS ? stepThreads : transferThreads;
  }
}
