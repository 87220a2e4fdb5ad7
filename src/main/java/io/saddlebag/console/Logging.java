package io.saddlebag.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.saddlebag.http.Redactor;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** Sets the log up: to standard error, as text or JSON, every line through the redactor. */
final class Logging {
  private static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %msg%replace( [run=%X{run} job=%X{job}]){' \\[run= job=\\]', ''}%n";
  private static final Map<String, Level> LEVELS =
      Map.of(
          "org.apache.camel", Level.WARN,
          "org.quartz", Level.WARN,
          "com.zaxxer.hikari", Level.WARN,
          "com.github.kagkarlsson", Level.WARN,
          "io.vertx", Level.WARN,
          "io.netty", Level.WARN);

  private Logging() {}

  /**
   * Leaves the log out of this process, before anything has asked for it: what a command that lists
   * something has to say it says itself, and logback takes it as long as the list.
   */
  static void leaveOut() {
    System.setProperty("slf4j.internal.verbosity", "WARN");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
  }

  /** Sets the log up; commands that only show something log warnings only. */
  static void setUp(Redactor redactor, boolean json, Level level) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return; // It was left out.
    }
    context.reset();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(new RedactingEncoder(encoder(context, json), redactor));
    appender.addFilter(new OneTrace());
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(appender);
    LEVELS.forEach(
        (name, quiet) ->
            context.getLogger(name).setLevel(quiet.isGreaterOrEqual(level) ? quiet : level));
    if (level.isGreaterOrEqual(Level.ERROR)) {
      // The command tells each failure of its run in a sentence; Camel would add seventy lines.
      context.getLogger("org.apache.camel.processor.errorhandler").setLevel(Level.OFF);
      // And it tells what keeps its export from being loaded.
      context.getLogger("io.saddlebag.export").setLevel(Level.OFF);
    }
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, boolean json) {
    if (json) {
      JsonEncoder encoder = new JsonEncoder();
      encoder.setContext(context);
      encoder.setWithFormattedMessage(true);
      encoder.setWithMessage(false);
      encoder.setWithArguments(false);
      encoder.setWithSequenceNumber(false);
      encoder.start();
      return encoder;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(TEXT);
    encoder.start();
    return encoder;
  }
}
