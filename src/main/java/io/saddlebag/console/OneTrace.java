package io.saddlebag.console;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a failure of a run's steps be logged with its stack trace once, however often it is tried
 * again and whoever else logs it: each attempt has a line of its own, without one. Thread-safe.
 */
final class OneTrace extends Filter<ILoggingEvent> {
  private static final int REMEMBERED = 1000;
  private static final String CAMEL = "org.apache.camel.processor.errorhandler.";
  private static final String RUNS = "io.saddlebag.run.";

  private final Map<String, Boolean> logged =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  @Override
  public FilterReply decide(ILoggingEvent event) {
    String run = event.getMDCPropertyMap().get("run");
    IThrowableProxy problem = event.getThrowableProxy();
    // What has no run, such as a route of the user's, is logged by nobody else.
    if (run == null || problem == null || !ofSteps(event.getLoggerName())) {
      return FilterReply.NEUTRAL;
    }
    return first(run + " " + root(problem)) ? FilterReply.NEUTRAL : FilterReply.DENY;
  }

  private static boolean ofSteps(String logger) {
    return logger.startsWith(CAMEL) || logger.startsWith(RUNS);
  }

  private synchronized boolean first(String failure) {
    return logged.put(failure, true) == null;
  }

  /** What failed and where: the message may hold what differs from one attempt to the next. */
  private static String root(IThrowableProxy problem) {
    IThrowableProxy root = problem;
    for (@Nullable IThrowableProxy cause = problem; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root.getClassName()
        + Arrays.stream(root.getStackTraceElementProxyArray())
            .map(StackTraceElementProxy::getStackTraceElement)
            // Java calls the same method in another way after some time.
            .filter(frame -> !frame.getClassName().matches("(java|jdk)\\..*"))
            .findFirst()
            .map(frame -> " " + frame)
            .orElse("");
  }
}
