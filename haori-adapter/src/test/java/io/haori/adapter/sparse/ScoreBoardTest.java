package io.haori.adapter.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scores of LoRA's ranks, of whole layers and of single numbers, beside what matrices say. */
class ScoreBoardTest {
  private final SmallModule small = new SmallModule();

  @AfterEach
  void close() {
    small.close();
  }

  private float[] scores(Score score, Structure structure, int steps) {
    Units units = small.units(structure);
    ScoreBoard board = new ScoreBoard(score, units, 9);
    for (int step = 0; step < steps; step++) {
      small.gradients(step);
      board.observe(units.values(), units.gradients());
    }
    return board.scores(units.values());
  }

  /** {@code Σ w g} over the numbers of one rank. */
  private double sensitivity(String slot, int rank) {
    Tensor a = small.value(slot, "lora_A").mul(small.gradient(slot, "lora_A"));
    Tensor b = small.value(slot, "lora_B").mul(small.gradient(slot, "lora_B"));
    return a.select(0, rank).sum().item() + b.select(1, rank).sum().item();
  }

  private double updateNorm(String slot, int rank) {
    Tensor a = small.value(slot, "lora_A").narrow(0, rank, 1);
    Tensor b = small.value(slot, "lora_B").narrow(1, rank, 1);
    return Math.sqrt(b.matmul(a).square().sum().item());
  }

  @Test
  void magnitudeOfARankIsTheNormOfItsUpdate() {
    float[] scores = scores(Score.MAGNITUDE, Structure.RANK, 0);
    assertThat(scores).hasSize(4);
    assertThat((double) scores[0]).isCloseTo(updateNorm(SmallModule.FIRST, 0), within(1e-5));
    assertThat((double) scores[3]).isCloseTo(updateNorm(SmallModule.SECOND, 1), within(1e-5));
  }

  @Test
  void magnitudeOfANumberIsItsAbsoluteValue() {
    float[] values = small.values();
    float[] scores = scores(Score.MAGNITUDE, Structure.NONE, 0);
    assertThat(scores).hasSameSizeAs(values).hasSize(2 * 5 + 2 * 10);
    for (int i = 0; i < values.length; i++) {
      assertThat(scores[i]).isCloseTo(Math.abs(values[i]), within(1e-6f));
    }
  }

  @Test
  void snipOfARankIsTheDerivativeByAFactorOnIt() {
    float[] scores = scores(Score.SNIP, Structure.RANK, 1);
    for (int rank = 0; rank < 2; rank++) {
      assertThat((double) scores[rank])
          .isCloseTo(Math.abs(sensitivity(SmallModule.FIRST, rank)), within(1e-5));
      assertThat((double) scores[2 + rank])
          .isCloseTo(Math.abs(sensitivity(SmallModule.SECOND, rank)), within(1e-5));
    }
  }

  @Test
  void snipIsSmoothedOverTheSteps() {
    float[] first = scores(Score.SNIP, Structure.RANK, 1);
    float[] both = scores(Score.SNIP, Structure.RANK, 2);
    // The gradients of the second step are still there.
    double second = Math.abs(sensitivity(SmallModule.SECOND, 1));
    assertThat((double) both[3]).isCloseTo(0.85 * first[3] + second, within(1e-5));
  }

  @Test
  void movementAddsUpWhatMovesAwayFromZero() {
    float[] first = scores(Score.MOVEMENT, Structure.RANK, 1);
    assertThat((double) first[1]).isCloseTo(-sensitivity(SmallModule.FIRST, 1), within(1e-5));
    float[] both = scores(Score.MOVEMENT, Structure.RANK, 2);
    assertThat((double) both[1])
        .isCloseTo(first[1] - sensitivity(SmallModule.FIRST, 1), within(1e-5));
  }

  @Test
  void aLayerIsScoredByTheSumOfItsRanks() {
    for (Score score : Score.values()) {
      float[] ranks = scores(score, Structure.RANK, 2);
      float[] layers = scores(score, Structure.LAYER, 2);
      assertThat(layers).hasSize(2);
      assertThat(layers[0]).isCloseTo(ranks[0] + ranks[1], within(1e-5f));
      assertThat(layers[1]).isCloseTo(ranks[2] + ranks[3], within(1e-5f));
    }
  }

  @Test
  void randomScoresAreTheSeedsAndDoNotChange() {
    assertThat(scores(Score.RANDOM, Structure.RANK, 3))
        .isEqualTo(scores(Score.RANDOM, Structure.RANK, 0));
    Units units = small.units(Structure.RANK);
    assertThat(new ScoreBoard(Score.RANDOM, units, 10).scores(units.values()))
        .isNotEqualTo(scores(Score.RANDOM, Structure.RANK, 0));
  }
}
