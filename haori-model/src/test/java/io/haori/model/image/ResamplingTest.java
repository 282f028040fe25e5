package io.haori.model.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplingTest {
  static Stream<GoldenImages.Result> resized() {
    return GoldenImages.of("resized");
  }

  @ParameterizedTest
  @MethodSource("resized")
  void resizesAsPillowToTheLastBit(GoldenImages.Result golden) {
    Pixels source = ImageFile.read(GoldenImages.path(golden.file()));
    ResampleFilter filter =
        ResampleFilter.of(golden.about().path("filter").intValue()).orElseThrow();

    Pixels resized =
        Resampling.resize(source, golden.shape().get(0), golden.shape().get(1), filter);

    assertThat(resized).isEqualTo(golden.pixels());
  }
}
