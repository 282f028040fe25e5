package io.haori.cli.terminal;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/**
 * What the libraries log goes to stderr, which it shares with the progress: warnings and errors, a
 * line each. Logback finds this class by itself. It is code and not {@code logback.xml}, because
 * reading that loads a thousand classes, a tenth of the time of a short {@code predict}; a file in
 * the property {@code logback.configurationFile} comes before it.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSettings extends ContextAwareBase implements Configurator {
  private static final String SERVER = "io.haori.server";

  /** Its lines are JSON objects by themselves. */
  private static final String REQUESTS = SERVER + ".requests";

  /** Name of the object of Logback's context that words the lines. */
  private static final String WORDING = "haori.wording";

  /** For Logback. */
  public LogSettings() {}

  /**
   * Words what is logged from here on, but for stacks and requests.
   *
   * @param wording what a person reads in the place of a line
   */
  public static void word(UnaryOperator<String> wording) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      word(context, wording);
    }
  }

  static void word(LoggerContext context, UnaryOperator<String> wording) {
    context.putObject(WORDING, new Wording(wording));
  }

  private record Wording(UnaryOperator<String> of) {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty(ClassicConstants.CONFIG_FILE_PROPERTY) != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
    stderr.setTarget("System.err");
    configure(context, stderr);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  static void configure(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
    Line line = new Line();
    line.setContext(context);
    line.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(line);
    encoder.start();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setEncoder(encoder);
    appender.start();
    // The tokenizer library looks for GPUs that it does not need, and complains when there are
    // none.
    context.getLogger("ai.djl").setLevel(Level.ERROR);
    // What the pool of connections meets comes as an exception, in a sentence of ours.
    context.getLogger("com.zaxxer.hikari").setLevel(Level.OFF);
    // A port that is taken, for example, is reported in a sentence of ours.
    context.getLogger("io.javalin").setLevel(Level.OFF);
    // Letters of fonts that reports do not use.
    context.getLogger("org.apache.pdfbox").setLevel(Level.ERROR);
    context.getLogger("org.apache.fontbox").setLevel(Level.ERROR);
    // The server says what becomes live, and each request in a line of JSON.
    context.getLogger(SERVER).setLevel(Level.INFO);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
  }

  /** {@code WARN: text}, and the stack of an exception below it. */
  private static final class Line extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      if (event.getLoggerName().equals(REQUESTS)) {
        return event.getFormattedMessage() + "\n";
      }
      String said =
          getContext().getObject(WORDING) instanceof Wording wording
              ? wording.of().apply(event.getFormattedMessage())
              : event.getFormattedMessage();
      String line = event.getLevel() + ": " + said + "\n";
      return event.getThrowableProxy() == null
          ? line
          : line + ThrowableProxyUtil.asString(event.getThrowableProxy());
    }
  }
}
