package io.haori.training.pretrain;

import io.haori.adapter.spi.AdapterModule;
import java.util.List;

/** Hears how pre-training goes, one call at a time, from whichever thread learns. */
public interface PretrainListener {
  /** Hears nothing. */
  PretrainListener SILENT = new PretrainListener() {};

  /**
   * After a step of some domains.
   *
   * @param done batches of all domains together
   * @param total batches of all domains together
   * @param active names of the domains that learnt in this step
   * @param loss mean over these domains
   * @param tokensPerSecond of text since this process began to train
   */
  default void onStep(
      int done, int total, List<String> active, double loss, double tokensPerSecond) {}

  /**
   * When a domain's vocabulary is looked at, before anything is trained.
   *
   * @param domain its name
   * @param unknownShare share of its tokens that the base does not know
   * @param piecesPerWord tokens that a word is cut into on average
   */
  default void onForeign(String domain, double unknownShare, double piecesPerWord) {}

  /**
   * When a domain is done: the moment to store its module, which is closed afterwards.
   *
   * @param result how it came out
   * @param module what was learnt
   */
  default void onModule(DomainResult result, AdapterModule module) {}
}
