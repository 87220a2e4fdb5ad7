package io.saddlebag;

import io.saddlebag.export.Problem;

/** Camel does not take Saddlebag's own routes, the alerts' say, which users may edit. */
public final class RoutesRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  RoutesRefused(Problem problem, Exception cause) {
    super(problem.toString(), cause);
    this.problem = problem;
  }

  /** What is wrong, without secrets. */
  public Problem problem() {
    return problem;
  }
}
