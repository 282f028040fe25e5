package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.inference.folder.BaseDifference;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.registry.Addition;
import io.haori.registry.name.ModuleName;
import io.haori.server.settings.ServerSettings;
import io.haori.tensor.quant.BasePrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The operator reads in the log which modules were trained on a base that is kept otherwise. */
final class OtherBaseTest {
  private static final String READER = "io.haori.server.engine.ModuleReader";

  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(READER);

  @TempDir Path temporary;
  private TinyRegistry tiny;

  @BeforeEach
  void open() {
    tiny = new TinyRegistry(temporary);
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void close() {
    logger.detachAppender(appender);
    tiny.close();
  }

  /** Adds a module that says how its base was kept, and what was measured on others. */
  private void add(String name, long seed, String trained, BaseDifference... measured)
      throws IOException {
    Path folder = tiny.adapter(name, "lora", seed, TaskCatalogue.CLASSIFICATION, "a", "b", "c");
    Path file = folder.resolve("haori.json");
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
    ObjectNode base = (ObjectNode) json.get("base");
    base.put("precision", trained);
    for (BaseDifference one : measured) {
      one.write(base.withArray("differences").addObject());
    }
    Files.writeString(file, mapper.writeValueAsString(json));
    tiny.registry().modules().add(folder, new ModuleName(name), Addition.plain());
  }

  private static BaseDifference difference(BasePrecision kept, double other) {
    return new BaseDifference(kept, 400, "accuracy", 0.932, other, 0.012, 0.0214);
  }

  private List<String> warnings() {
    return appender.list.stream()
        .filter(event -> event.getLevel().equals(Level.WARN))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void aModuleOfAnotherPrecisionIsServedWithAWarningOfWhatWasMeasured() throws IOException {
    add(
        "measured",
        1,
        "int8",
        difference(BasePrecision.INT4, 0.5),
        difference(BasePrecision.FP32, 0.928));
    add("unmeasured", 2, "int4", difference(BasePrecision.INT8, 0.9));
    add("alike", 3, "fp32");
    try (HaoriServer server = tiny.serve(ServerSettings.usual())) {
      Http http = new Http(server);
      for (String model : List.of("measured", "measured", "alike", "unmeasured")) {
        String question = "{'model':'" + model + "','input':'wordai wordbc'}";
        assertThat(http.post("/v1/classify", question).status()).isEqualTo(200);
      }
    }
    // Once for each module that is read, not for each question.
    assertThat(warnings())
        .containsExactly(
            "measured was trained on a base kept as int8 and is used on one kept as fp32: measured"
                + " after the training, on 400 rows accuracy is 0.928 instead of 0.932, 1.2 % of the"
                + " answers are others, logits are 0.021 apart on average",
            "unmeasured was trained on a base kept as int4 and is used on one kept as fp32: its"
                + " scores may differ");
  }
}
