package io.haori.cli.mix;

import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.tune.AnswerTune;
import io.haori.inference.model.TextBase;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A mix of a decoder's modules that learns to answer. What is stored is the LoRA module that
 * computes the same, which generates, is exported and is mixed again as any other.
 */
final class AnswerMix implements AnswerTune.Way, AutoCloseable {
  private final MixModules chosen;
  private final DomixConfig config;
  private final Function<AdapterMethod, TuneSettings> fits;
  private final List<MixedModule> opened = new ArrayList<>();
  private final Map<String, Double> shares = new LinkedHashMap<>();

  /**
   * Prepares it.
   *
   * @param chosen the modules
   * @param config how they are connected
   * @param fits how a method is fitted
   */
  AnswerMix(MixModules chosen, DomixConfig config, Function<AdapterMethod, TuneSettings> fits) {
    this.chosen = chosen;
    this.config = config;
    this.fits = fits;
  }

  @Override
  public String command() {
    return "mix";
  }

  @Override
  public PretrainSettings settings(TextBase base) {
    chosen.requireBase(base.name(), base.digest());
    opened.addAll(MixFolder.open(chosen.folders(), base.backbone()));
    return AnswerSettings.ofMix(fits.apply(new DomixMethod(config, opened)));
  }

  @Override
  public AdapterModule stored(AdapterModule learnt, TextBase base) {
    var parts = MixFolder.parts(learnt);
    double[] energies = new double[parts.modules().size()];
    for (double[] slot : parts.energies().values()) {
      for (int module = 0; module < energies.length; module++) {
        energies[module] += slot[module];
      }
    }
    double all = 0;
    for (double energy : energies) {
      all += energy;
    }
    for (int module = 0; module < energies.length; module++) {
      shares.put(parts.modules().get(module), all == 0 ? 0 : energies[module] / all);
    }
    return MixFolder.asLora(learnt.name(), learnt, base.backbone().slots());
  }

  @Override
  public List<String> words() {
    List<String> words = new ArrayList<>();
    shares.forEach(
        (module, share) ->
            words.add(String.format(Locale.ROOT, "  %s: %.1f %%", module, 100 * share)));
    words.add(0, "Shares of the modules in the update:");
    return words;
  }

  @Override
  public void put(JsonResult json) {
    List<Map<String, Object>> contributions = new ArrayList<>();
    shares.forEach(
        (module, share) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("module", module);
          one.put("share", share);
          contributions.add(one);
        });
    json.put("contributions", contributions);
  }

  @Override
  public void close() {
    opened.forEach(one -> one.module().close());
    opened.clear();
  }
}
