package io.haori.adapter.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
  @TempDir Path temporary;

  @Test
  void onlyFullFineTuningTrainsTheBaseAndNeitherSitsOnASlot() {
    assertThat(new FrozenMethod().trainsBase()).isFalse();
    assertThat(new FullMethod().trainsBase()).isTrue();
    try (GoldenModel model = GoldenModel.open("bert-classification", temporary)) {
      for (AdapterMethod method : List.of(new FrozenMethod(), new FullMethod())) {
        try (AdapterModule module =
            AdapterModule.create("baseline", method, model.backbone(), new Random(1))) {
          assertThat(module.layers()).isEmpty();
          assertThat(module.parameters()).isEmpty();
          assertThat(model.backbone().slots()).allSatisfy(s -> assertThat(module.at(s)).isNull());
        }
      }
    }
  }
}
