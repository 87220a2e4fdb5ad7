package io.saddlebag.run;

/**
 * The exchange variables that the lifecycle and the vendors' routes share. Besides these, every
 * parameter of the export is a variable of its own name.
 */
public final class RunVariables {
  /** The run's id. */
  public static final String RUN_ID = "runId";

  /** The export's name. */
  public static final String RUN_EXPORT = "runExport";

  /** The vendor flow, the prefix of its routes' names. */
  public static final String RUN_FLOW = "runFlow";

  /** {@code download} for a flow without create and poll, otherwise {@code all}. */
  public static final String RUN_STEPS = "runSteps";

  /**
   * What the lifecycle routes on: a state, or {@code CANCELLING}, {@code PARKED}, {@code FINISHED}.
   */
  public static final String RUN_STATE = "runState";

  /** The timer that carries the exchange. */
  public static final String RUN_LANE = "runLane";

  /** {@code yes} when the flow has a route that looks for a lost job, otherwise {@code no}. */
  public static final String RUN_FIND = "runFind";

  /** The attempt that the exchange makes: what it writes counts only while the run is in it. */
  public static final String RUN_ATTEMPT = "runAttempt";

  /**
   * Set by create before its request: what the vendor has by now, in words that find understands.
   */
  public static final String CREATE_MARK = "createMark";

  /** The status code of the answer to the last request; absent while none has come. */
  public static final String HTTP_STATUS = "httpStatus";

  /** The connection's name. */
  public static final String CONNECTION = "connection";

  /** The Kamelet in the export's {@code from}. */
  public static final String KAMELET = "kamelet";

  /** The vendor's job id: create and find set it. */
  public static final String JOB_ID = "jobId";

  /**
   * Set by find: {@code no} when the vendor has no such job, {@code unknown} when it cannot tell.
   */
  public static final String FOUND = "found";

  /** Set by poll: PENDING, READY, EMPTY, FAILED, CANCELLED or UNKNOWN. */
  public static final String STATUS = "status";

  /** Set by poll: the vendor's word, as it was said. */
  public static final String VENDOR_STATUS = "vendorStatus";

  /** Set by poll: the vendor's per cent. */
  public static final String PROGRESS = "progress";

  /** Set by poll: the vendor's reason for a failure. */
  public static final String REASON = "reason";

  /** Set by poll: what the operator should know of a run that did not fail. */
  public static final String NOTE = "note";

  /** Whether the step has sent a request that may have changed something at the vendor. */
  public static final String REQUEST_SENT = "requestSent";

  /** The start of the window that the run asks for, in the vendor's grain; null for no bound. */
  public static final String WINDOW_FROM = "windowFrom";

  /** The end of the window that the run asks for; null when it asks for everything. */
  public static final String WINDOW_TO = "windowTo";

  /** The token that the run continues from; null when it begins anew. */
  public static final String CHECKPOINT = "checkpoint";

  /** Set by download: the token that the vendor handed out for the next run. */
  public static final String NEXT_CHECKPOINT = "nextCheckpoint";

  private RunVariables() {}
}
