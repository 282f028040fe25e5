package io.haori.analysis.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.check.UserError;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Against scikit-learn's ledoit_wolf, of haori-benchmarks/peers/calibration_golden.py. */
class UnknownScoreTest {
  private static final float[][] MANY = {
    {2.096f, 0.054f, 0.87f, 1.481f, 0.483f, -0.077f},
    {-1.159f, 1.441f, -1.254f, -1.47f, -0.037f, 0.524f},
    {0.647f, 0.984f, -0.885f, -1.699f, -1.896f, 0.569f},
    {1.944f, -0.82f, 1.913f, 0.948f, -0.545f, -0.739f},
    {0.167f, 0.04f, 0.694f, -0.293f, 1.239f, 1.616f},
    {0.572f, -1.851f, -0.172f, -3.073f, -3.233f, 0.439f},
    {-0.008f, 0.232f, -0.536f, 1.185f, -0.357f, 0.119f},
    {0.263f, -0.442f, 1.683f, 2.007f, 0.202f, 1.15f},
    {0.323f, -2.235f, 1.045f, -1.618f, -2.152f, -0.717f},
    {1.494f, -1.892f, 2.467f, 0.274f, 1.455f, -0.647f},
    {-0.563f, 0.768f, -0.126f, 0.573f, -0.108f, 1.124f},
    {-0.896f, -2.067f, 1.6f, -1.746f, -3.155f, 0.413f},
    {3.527f, -2.068f, 1.002f, -0.204f, -1.272f, 0.075f},
    {0.108f, 1.166f, -0.318f, 1.02f, -0.272f, 1.281f},
    {-0.625f, -2.476f, 1.282f, -1.582f, -1.809f, 0.042f},
    {1.679f, -1.122f, 1.84f, 0.127f, 0.337f, -0.638f},
    {1.308f, 1.775f, 0.817f, 0.001f, -1.115f, 2.373f},
    {1.449f, -1.401f, 0.488f, -0.294f, -1.27f, 0.997f},
    {1.665f, 0.901f, -0.036f, 1.29f, 0.983f, 0.214f},
    {2.011f, 2.579f, -0.711f, -1.124f, 1.084f, 0.409f},
    {0.47f, -0.421f, -1.697f, -3.185f, -1.842f, 0.12f},
    {1.874f, -0.576f, 0.35f, -1.085f, 0.322f, -1.632f},
    {-1.512f, 1.6f, 0.373f, 0.971f, -0.722f, 0.766f},
    {-0.516f, -2.147f, 0.142f, -1.858f, -1.745f, 0.416f}
  };
  private static final float[][] NEW_OF_MANY = {
    {1.834f, 0.547f, -0.673f, -0.441f, 1.631f, 0.658f},
    {0.548f, 0.447f, 0.538f, 1.305f, 1.053f, 0.716f},
    {-0.543f, 1.011f, -0.184f, 1.594f, -0.771f, 0.362f},
    {0.493f, -0.825f, 2.222f, 1.96f, 0.036f, 1.272f}
  };
  private static final float[][] FEW = {
    {0.912f, -0.93f, 1.518f, -0.315f, -0.101f, -0.98f, 0.464f, 0.157f, 1.86f, 1.072f},
    {0.255f, 1.997f, 0.11f, 0.043f, -0.914f, 3.566f, 1.938f, 1.461f, -0.18f, 0.921f},
    {-0.842f, -0.879f, 0.98f, 1.119f, 1.892f, -0.312f, 0.144f, -0.622f, 0.374f, 3.909f},
    {1.04f, 1.751f, 0.921f, -1.363f, -0.251f, 0.97f, 0.341f, 0.109f, 0.451f, 0.847f},
    {-1.332f, 0.232f, -0.189f, 1.317f, 0.132f, 2.574f, 2.498f, 0.231f, -1.45f, 1.002f},
    {-1.059f, -1.621f, 1.645f, 3.081f, 0.122f, -1.071f, -0.842f, 0.276f, -0.238f, 1.199f},
    {1.813f, 0.778f, 2.349f, 1.271f, 0.075f, 0.65f, 2.686f, 0.139f, 0.079f, -0.616f}
  };
  private static final float[][] NEW_OF_FEW = {
    {0.717f, -0.279f, -0.671f, 0.444f, 0.323f, -0.652f, 0.616f, -0.651f, 1.612f, 1.563f},
    {1.585f, 0.026f, 1.015f, 0.368f, 0.111f, 0.161f, -0.8f, -0.944f, 1.294f, 0.309f},
    {0.716f, 1.502f, -1.233f, -0.284f, 0.675f, 0.892f, 0.123f, 1.529f, 0.71f, -0.713f},
    {-0.431f, 1.305f, 0.964f, -1.399f, 1.848f, 1.098f, 1.843f, 0.116f, 0.204f, -0.626f}
  };

  private static int[] classes(int rows) {
    return IntStream.range(0, rows).map(row -> row % 3).toArray();
  }

  @Test
  void isTheAngleInTheShrunkSpaceOfMoreTextsThanDimensions() {
    assertThat(UnknownScore.of(MANY, classes(24)).scores(NEW_OF_MANY))
        .containsExactly(new double[] {0.633167, 0.406319, 0.478847, 0.655003}, within(2e-6));
  }

  @Test
  void isTheAngleInTheShrunkSpaceOfFewerTextsThanDimensions() {
    UnknownScore few = UnknownScore.of(FEW, classes(7));
    assertThat(few.directions()).hasNumberOfRows(4);
    assertThat(few.scores(NEW_OF_FEW))
        .containsExactly(new double[] {0.907732, 0.527309, 0.751955, 0.664079}, within(2e-6));
  }

  @Test
  void theLengthOfAVectorDoesNotCount() {
    UnknownScore score = UnknownScore.of(MANY, classes(24));
    float[] longer = NEW_OF_MANY[0].clone();
    for (int i = 0; i < longer.length; i++) {
      longer[i] *= 1_000;
    }
    assertThat(score.score(longer)).isCloseTo(score.score(NEW_OF_MANY[0]), within(1e-6));
  }

  /** Classes along the first two axes of 100 dimensions; what is along a third one is farther. */
  @Test
  void textsOfAnotherDirectionAreFarther() {
    SplittableRandom random = new SplittableRandom(3);
    float[][] known = new float[200][];
    int[] classes = new int[200];
    for (int row = 0; row < known.length; row++) {
      classes[row] = row % 2;
      known[row] = along(classes[row], random);
    }
    UnknownScore score = UnknownScore.of(known, classes);
    assertThat(score.directions()).hasNumberOfRows(UnknownScore.DIRECTIONS);
    for (int i = 0; i < 50; i++) {
      assertThat(score.score(along(i % 2, random)))
          .isLessThan(score.score(along(2 + i % 3, random)));
    }
  }

  private static float[] along(int axis, SplittableRandom random) {
    float[] vector = new float[100];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (random.nextDouble() - 0.5) / 5 + (i == axis ? 3 : 0);
    }
    return vector;
  }

  @Test
  void oneTextAClassAndTextsThatAreAllTheSameHaveNoDirections() {
    float[][] one = {{1, 0, 0}, {0, 1, 0}};
    UnknownScore score = UnknownScore.of(one, new int[] {0, 1});
    assertThat(score.directions()).isEmpty();
    assertThat(score.score(new float[] {2, 0, 0})).isCloseTo(0, within(1e-6));
    UnknownScore same =
        UnknownScore.of(new float[][] {{1, 0}, {1, 0}, {1, 0}}, new int[] {0, 0, 1});
    assertThat(same.score(new float[] {0, 1})).isEqualTo(1);
    assertThat(same.score(new float[] {0, 0})).isEqualTo(1);
  }

  @Test
  void whatIsNoScoreIsRefusedByName() {
    float[][] none = {};
    float[][] mean = {{1, 0}};
    assertThatThrownBy(() -> new UnknownScore(new float[] {0, Float.NaN}, none, new float[0], mean))
        .isInstanceOf(UserError.class)
        .hasMessage("centre must be finite, got NaN");
    assertThatThrownBy(() -> new UnknownScore(new float[3], none, new float[0], mean))
        .hasMessage("means must be 3 numbers each, got 2");
    assertThatThrownBy(() -> new UnknownScore(new float[2], mean, new float[] {2}, mean))
        .hasMessage("factors must be in [-1, 0], got 2.0");
    assertThatThrownBy(() -> new UnknownScore(new float[2], mean, new float[0], mean))
        .hasMessage("factors must be one a direction, got 0");
  }
}
