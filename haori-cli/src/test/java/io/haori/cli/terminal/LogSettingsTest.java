package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** What libraries log is short, and costs a short command nothing. */
class LogSettingsTest {
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();

  private String logged() {
    return stderr.toString(StandardCharsets.UTF_8);
  }

  private void configure() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setOutputStream(stderr);
    LogSettings.configure(context, appender);
  }

  @Test
  void warningsAreALineEachAndTheRestIsLeftOut() {
    configure();
    context.getLogger("org.some.library").warn("the {} is full", "disk");
    context.getLogger("org.some.library").info("nothing of interest");
    context.getLogger("ai.djl.util").warn("no GPU");
    context.getLogger("ai.djl.util").error("no library");
    context.getLogger("com.zaxxer.hikari.pool").error("no connection");
    assertThat(logged()).isEqualTo("WARN: the disk is full\nERROR: no library\n");
  }

  @Test
  void anExceptionHasItsStack() {
    configure();
    context.getLogger("org.some.library").error("failed", new IllegalStateException("why"));
    assertThat(logged())
        .startsWith("ERROR: failed\njava.lang.IllegalStateException: why\n")
        .contains("\tat io.haori.cli.terminal.LogSettingsTest.anExceptionHasItsStack(");
  }

  /** A line of JSON is for programs, and so is a stack. */
  @Test
  void aServerLogsInTheLanguageOfItsUserAndNamesFlags() {
    configure();
    Catalogue japanese = Catalogue.of(Language.JAPANESE);
    LogSettings.word(context, line -> japanese.text(Flags.inPlaceOfSettings(line)));
    String sentence =
        "This server takes no data and runs no jobs: another server uses the folder w; each needs"
            + " one of its own (the setting work)";
    context.getLogger("io.haori.server.job.WorkFolder").warn("{}", sentence);
    context.getLogger("io.haori.server.Preload").info("{}@{} is version {} now", "food", "live", 3);
    context.getLogger("io.haori.server.requests").info("{\"status\": 200}");
    assertThat(logged())
        .isEqualTo(
            "WARN: このサーバーはデータを受け取らず、ジョブも実行しません：フォルダー w は別のサーバーが使っています。"
                + "サーバーごとに別のフォルダー（--work）が必要です\n"
                + "INFO: food@live は版 3 になりました\n"
                + "{\"status\": 200}\n");
  }

  @Test
  void logbackFindsTheSettingsAndReadsNoXml() {
    assertThat(ServiceLoader.load(Configurator.class))
        .hasOnlyElementsOfTypes(LogSettings.class)
        .hasSize(1);
    assertThat(Path.of("src/main/resources/logback.xml")).doesNotExist();
  }
}
