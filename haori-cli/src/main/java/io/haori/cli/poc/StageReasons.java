package io.haori.cli.poc;

import io.haori.cli.proof.ProofWords;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult.Decision;
import io.haori.cli.proof.TrialResult;
import io.haori.core.language.Language;
import java.util.List;

/** Why a stage was decided as it was, for the log. */
final class StageReasons {
  private StageReasons() {}

  static String english(
      StagePlan stage, Decision decision, String choice, List<TrialResult> trials) {
    return new ProofWords(Language.ENGLISH).reason(stage, decision, choice, trials);
  }
}
