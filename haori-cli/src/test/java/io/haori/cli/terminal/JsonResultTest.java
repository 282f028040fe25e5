package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonResultTest {
  @Test
  void isOneLineInTheOrderOfItsKeys() {
    Streams streams = new Streams();

    new JsonResult("data demo").put("domains", List.of("a", "b")).print(streams.console(), 1.23456);

    assertThat(streams.out())
        .matches(
            "\\{\"command\":\"data demo\",\"domains\":\\[\"a\",\"b\"\\],\"seconds\":1.235,"
                + "\"peakRssMb\":[1-9][0-9]*\\}\n");
  }

  @Test
  void textStaysReadable() {
    assertThat(JsonResult.line(Map.of("label", "naïve\n"))).isEqualTo("{\"label\":\"naïve\\n\"}");
  }
}
