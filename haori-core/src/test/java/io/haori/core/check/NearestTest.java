package io.haori.core.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> KNOWN =
      List.of("training.epochs", "training.warmupSteps", "lora.rank", "batchSize");

  @ParameterizedTest
  @CsvSource({
    "trainig.epochs, training.epochs",
    "training.epoch, training.epochs",
    "Training.Epochs, training.epochs",
    "epochs, training.epochs",
    "lora.rnak, lora.rank",
    "dora.rank, lora.rank",
    "batch-size, batchSize",
  })
  void namesWhatWasMeant(String wanted, String meant) {
    assertThat(Nearest.missing(wanted, KNOWN))
        .isEqualTo(
            '"'
                + wanted
                + "\"; did you mean \""
                + meant
                + "\"? There are \"training.epochs\", \"training.warmupSteps\", \"lora.rank\","
                + " \"batchSize\"");
  }

  /** That two names are of one owner does not make them alike. */
  @Test
  void doesNotGuessFromTheOwnerAlone() {
    assertThat(Nearest.missing("training.accumulation", KNOWN))
        .isEqualTo(
            "\"training.accumulation\"; there are \"training.epochs\","
                + " \"training.warmupSteps\", \"lora.rank\", \"batchSize\"");
    assertThat(Nearest.missing("a", List.of())).isEqualTo("\"a\"; there are none");
    assertThat(Nearest.missing("a", List.of("word"))).isEqualTo("\"a\"; there is \"word\"");
  }
}
