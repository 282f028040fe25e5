package io.haori.cli.session;

import io.haori.core.check.UserError;
import io.haori.model.base.Bases;
import io.haori.model.config.ModelConfig;

/** Refuses bases that write no text, before anything is loaded. */
public final class Decoders {
  private Decoders() {}

  /**
   * Refuses an encoder.
   *
   * @param base a name or a folder
   * @param why what a decoder does that is wanted, for the sentence
   */
  public static void require(String base, String why) {
    ModelConfig config = Bases.config(base);
    if (!config.isDecoder()) {
      throw new UserError(
          "--base must be a decoder, "
              + why
              + ", got "
              + base
              + ", an encoder ("
              + config.modelType()
              + ")");
    }
  }
}
