package io.haori.adapter.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.adapter.bottleneck.Activation;
import io.haori.adapter.bottleneck.BottleneckConfig;
import io.haori.adapter.bottleneck.BottleneckMethod;
import io.haori.adapter.bottleneck.Places;
import io.haori.adapter.dora.BidoraConfig;
import io.haori.adapter.dora.BidoraMethod;
import io.haori.adapter.dora.DoraConfig;
import io.haori.adapter.dora.DoraMethod;
import io.haori.adapter.dora.NormGradient;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.lora.LoraMethod;
import io.haori.adapter.sparse.PruningSchedule;
import io.haori.adapter.sparse.PruningScope;
import io.haori.adapter.sparse.Score;
import io.haori.adapter.sparse.SparseConfig;
import io.haori.adapter.sparse.SparseMethod;
import io.haori.adapter.sparse.Structure;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.Hypergradient;
import io.haori.adapter.spi.LastStart;
import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MethodCatalogueTest {
  @Test
  void everyMethodAnswersToItsName() {
    assertThat(MethodCatalogue.names())
        .containsExactly(
            "frozen", "full", "bottleneck", "lora", "dora", "bidora", "modular", "sparse");
    for (String name : MethodCatalogue.names()) {
      assertThat(MethodCatalogue.create(name, Map.of()).name()).isEqualTo(name);
    }
  }

  @Test
  void loraWithoutSettingsIsTheDefault() {
    assertThat(MethodCatalogue.create("lora", Map.of()))
        .isEqualTo(new LoraMethod(LoraConfig.DEFAULT));
  }

  @Test
  void everySettingOfLoraIsRead() {
    Map<String, String> settings =
        Map.of(
            "rank", "4",
            "alpha", "7.5",
            "dropout", "0.1",
            "rankStabilized", "true",
            "learningRateRatio", "16",
            "targets", "query,key",
            "rankPattern", "layer.1.attention.self.query:2; (?:output|query).dense:6;",
            "alphaPattern", "key:3");
    assertThat(MethodCatalogue.settings("lora"))
        .containsExactlyInAnyOrderElementsOf(settings.keySet());
    Map<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put("layer.1.attention.self.query", 2);
    ranks.put("(?:output|query).dense", 6);
    LoraConfig config = ((LoraMethod) MethodCatalogue.create("lora", settings)).config();
    assertThat(config)
        .isEqualTo(
            new LoraConfig(
                4, 7.5, 0.1, true, 16, Targets.parse("query,key"), ranks, Map.of("key", 3.0)));
    assertThat(List.copyOf(config.rankPattern().keySet())).isEqualTo(List.copyOf(ranks.keySet()));
  }

  /** One method a line, with every setting away from its default. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          frozen     |
          full       |
          bottleneck | width=5 activation=relu places=pfeiffer
          lora       | rank=4 alpha=7.5 dropout=0.1 rankStabilized=true learningRateRatio=16 targets=query,key rankPattern=layer.1.attention.self.query:2;(?:.*self).key:6 alphaPattern=key:3
          lora       | targets=regex:.*layer\\.[01]\\..*query
          dora       | rank=4 alpha=7.5 dropout=0.1 rankStabilized=true learningRateRatio=16 targets=all-linear rankPattern=query:2 alphaPattern=key:3 gradient=full
          bidora     | rank=3 gradient=detached outerShare=0.3 unroll=2 hypergradient=exact penalty=0.01 upperRate=0.5 lastEpochs=3 lastRate=0.1 lastStart=fresh
          modular    | name=line_1 rank=4 startRank=6 rankPattern=query:2 budget=9000000000 alpha=3 dropout=0.2 rankStabilized=true learningRateRatio=2 targets=key alphaPattern=key:3
          sparse     | sparsity=0.9 structure=none score=movement scope=layer schedule=oneshot pruneFrom=0.25 pruneTo=0.75 l1=0.01 stages=head;prune:5:0.5:3
          sparse     | enlargement=3 rank=5 alpha=7.3 rankStabilized=true rankPattern=query:2 alphaPattern=key:0.1;value:11.7 stages=usual
          """)
  void everyMethodComesBackFromItsSettings(String name, @Nullable String choices) {
    Map<String, String> chosen = new LinkedHashMap<>();
    for (String choice : choices == null ? new String[0] : choices.split(" ", -1)) {
      int equals = choice.indexOf('=');
      chosen.put(choice.substring(0, equals), choice.substring(equals + 1));
    }
    for (AdapterMethod method :
        List.of(MethodCatalogue.create(name, Map.of()), MethodCatalogue.create(name, chosen))) {
      Map<String, Object> settings = method.settings();
      assertThat(MethodCatalogue.create(name, settings)).isEqualTo(method);
      assertThat(MethodCatalogue.settings(name)).containsAll(settings.keySet());
      assertThat(settings.values())
          .allMatch(
              value ->
                  value instanceof String || value instanceof Number || value instanceof Boolean);
    }
    assertThat(MethodCatalogue.create(name, chosen).settings().keySet())
        .containsAll(chosen.keySet());
  }

  @Test
  void theContractOfSettingsHasEveryMethod() throws NoSuchMethodException {
    String lines =
        MethodCatalogueTest.class
            .getDeclaredMethod("everyMethodComesBackFromItsSettings", String.class, String.class)
            .getAnnotation(CsvSource.class)
            .textBlock();
    assertThat(lines.lines().map(line -> line.split("\\|", 2)[0].strip()).distinct())
        .containsExactlyInAnyOrderElementsOf(MethodCatalogue.names());
  }

  @Test
  void aSparseModuleShowsItsSettingsAsTheyWereChosen() {
    Map<String, Object> settings =
        MethodCatalogue.create("sparse", Map.of("enlargement", "2", "rank", "4", "alpha", "7.3"))
            .settings();
    assertThat(settings).containsEntry("rank", 4).containsEntry("alpha", 7.3);
  }

  @Test
  void theBottleneckComesBackFromItsSettings() {
    AdapterMethod method =
        MethodCatalogue.create(
            "bottleneck", Map.of("width", "5", "activation", "relu", "places", "pfeiffer"));
    assertThat(method)
        .isEqualTo(new BottleneckMethod(new BottleneckConfig(5, Activation.RELU, Places.PFEIFFER)));
    assertThat(MethodCatalogue.create("bottleneck", method.settings())).isEqualTo(method);
    assertThat(method.settings().keySet())
        .containsExactlyInAnyOrderElementsOf(MethodCatalogue.settings("bottleneck"));
  }

  @Test
  void everySettingOfASparseModuleIsRead() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sparsity", "0.9");
    settings.put("structure", "none");
    settings.put("score", "movement");
    settings.put("scope", "layer");
    settings.put("schedule", "oneshot");
    settings.put("pruneFrom", "0.25");
    settings.put("pruneTo", "0.75");
    settings.put("l1", "0.01");
    settings.put("enlargement", "2");
    settings.put("stages", "head; prune:5:0.5:3");
    settings.put("rank", "4");
    SparseMethod method = (SparseMethod) MethodCatalogue.create("sparse", settings);
    assertThat(method.config())
        .isEqualTo(
            new SparseConfig(
                0.9,
                Structure.NONE,
                Score.MOVEMENT,
                PruningScope.LAYER,
                new PruningSchedule(PruningSchedule.Shape.ONESHOT, 0.25, 0.75),
                0.01,
                2,
                List.of(
                    SparseConfig.USUAL_STAGES.get(0),
                    new Stage("prune", 1, Phase.SHAPING, true, 5, 0.5, 3))));
    assertThat(method.undecorated()).isEqualTo(new LoraMethod(LoraConfig.DEFAULT.withRank(8, 32)));
  }

  @Test
  void aSparseModuleWithoutSettingsIsTheDefault() {
    SparseMethod method = (SparseMethod) MethodCatalogue.create("sparse", Map.of());
    assertThat(method.config()).isEqualTo(SparseConfig.DEFAULT);
    for (Structure structure : Structure.values()) {
      String word = structure.name().toLowerCase(Locale.ROOT);
      SparseMethod chosen =
          (SparseMethod) MethodCatalogue.create("sparse", Map.of("structure", word));
      assertThat(chosen.config()).isEqualTo(SparseConfig.usual(structure));
    }
    assertThat(method.undecorated()).isEqualTo(new LoraMethod(LoraConfig.DEFAULT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lorra  | rank        | 1      | method must be one of [frozen, full, bottleneck, lora, dora, bidora, modular, sparse], got lorra
          frozen | rank        | 1      | setting of frozen must be left out, it has none, got rank
          lora   | ranks       | 1      | setting of lora must be one of [rank, alpha, dropout, rankStabilized, learningRateRatio, targets, rankPattern, alphaPattern], got ranks
          lora   | rank        | 1.5    | lora.rank must be a whole number, got 1.5
          lora   | rank        | 0      | lora.rank must be at least 1, got 0
          lora   | alpha       | much   | lora.alpha must be a number, got much
          lora   | alpha       | NaN    | lora.alpha must be finite and above 0, got NaN
          lora   | rankStabilized | yes | lora.rankStabilized must be true or false, got yes
          lora   | rankPattern | query  | lora.rankPattern must be layer:number, with semicolons between, got query
          lora   | rankPattern | a:1;a:2 | lora.rankPattern must be without repeated layers, got a
          lora   | alphaPattern | a:x   | lora.alphaPattern must be a number, got x
          bottleneck | width   | 0      | bottleneck.width must be at least 1, got 0
          bottleneck | places  | top    | bottleneck.places must be one of [houlsby, pfeiffer], got top
          bottleneck | activation | GELU | bottleneck.activation must be one of [gelu, relu], got GELU
          dora   | rank        | 0      | dora.rank must be at least 1, got 0
          dora   | alpha       | 0      | dora.alpha must be finite and above 0, got 0.0
          dora   | dropout     | 1      | dora.dropout must be in [0, 1), got 1.0
          dora   | learningRateRatio | 0 | dora.learningRateRatio must be finite and at least 1, got 0.0
          dora   | rankPattern | (q:1   | dora.rankPattern must have valid regular expressions as keys, got (q (Unclosed group)
          dora   | alphaPattern | q:0   | dora.alphaPattern must be finite and above 0, got 0.0
          dora   | gradient    | half   | dora.gradient must be one of [detached, full], got half
          bidora | outerShare  | 1      | bidora.outerShare must be above 0 and below 1, got 1.0
          bidora | outerShare  | much   | bidora.outerShare must be a number, got much
          bidora | unroll      | 0      | bidora.unroll must be at least 1, got 0
          bidora | hypergradient | none | bidora.hypergradient must be one of [finite, exact], got none
          bidora | lastStart   | warm   | bidora.lastStart must be one of [fresh, continued], got warm
          bidora | gradient    | half   | bidora.gradient must be one of [detached, full], got half
          bidora | share       | 0.2    | setting of bidora must be one of [rank, alpha, dropout, rankStabilized, learningRateRatio, targets, rankPattern, alphaPattern, gradient, outerShare, unroll, hypergradient, penalty, upperRate, lastEpochs, lastRate, lastStart], got share
          sparse | sparsity    | 1      | sparse.sparsity must be at least 0 and below 1, got 1.0
          sparse | sparsity    | most   | sparse.sparsity must be a number, got most
          sparse | structure   | row    | sparse.structure must be one of [none, rank, layer], got row
          sparse | score       | luck   | sparse.score must be one of [random, magnitude, snip, movement], got luck
          sparse | scope       | world  | sparse.scope must be one of [layer, global], got world
          sparse | schedule    | slow   | sparse.schedule must be one of [oneshot, cubic], got slow
          sparse | enlargement | 0      | sparse.enlargement must be in [1, 64], got 0
          sparse | stages      | body:2 | sparse.stages must be none, usual, or name:epochs:rate:patience with semicolons between, the names out of [head, top, all, prune, final], got body:2
          sparse | stages      | head:x | sparse.stages must have numbers after the name, got head:x
          sparse | stages      | head:2 | sparse.stages must be with prune once, got 0 times
          sparse | rank        | 0      | lora.rank must be at least 1, got 0
          sparse | sparcity    | 0.5    | setting of sparse must be one of [structure, sparsity, score, scope, schedule, pruneFrom, pruneTo, l1, enlargement, stages, rank, alpha, dropout, rankStabilized, learningRateRatio, targets, rankPattern, alphaPattern], got sparcity
          lora   | targets     | ,      | targets must be all-linear, a list of layer names or a regular expression, got nothing
          """)
  void rejectsByName(String method, String setting, String value, String message) {
    assertThatThrownBy(() -> MethodCatalogue.create(method, Map.of(setting, value)))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void aMethodThatDoesNotExistIsAnsweredWithThoseThatDo() {
    assertThatThrownBy(() -> MethodCatalogue.create("lorra", Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage("method must be one of " + MethodCatalogue.names() + ", got lorra");
  }

  @Test
  void everySettingOfDoraIsRead() {
    Map<String, String> settings =
        Map.of(
            "rank", "4",
            "alpha", "7.5",
            "dropout", "0.1",
            "rankStabilized", "true",
            "learningRateRatio", "16",
            "targets", "query,key",
            "rankPattern", "query:2",
            "alphaPattern", "key:3",
            "gradient", "full");
    assertThat(MethodCatalogue.settings("dora"))
        .containsExactlyInAnyOrderElementsOf(settings.keySet());
    assertThat(MethodCatalogue.create("dora", settings))
        .isEqualTo(
            new DoraMethod(
                new DoraConfig(
                    4,
                    7.5,
                    0.1,
                    true,
                    16,
                    Targets.parse("query,key"),
                    Map.of("query", 2),
                    Map.of("key", 3.0),
                    NormGradient.FULL)));
    assertThat(MethodCatalogue.create("dora", Map.of()))
        .isEqualTo(new DoraMethod(DoraConfig.DEFAULT));
  }

  @Test
  void everySettingOfBidoraIsRead() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("outerShare", "0.3");
    settings.put("unroll", "2");
    settings.put("hypergradient", "exact");
    settings.put("penalty", "0.01");
    settings.put("upperRate", "0.5");
    settings.put("lastEpochs", "3");
    settings.put("lastRate", "0.1");
    settings.put("lastStart", "fresh");
    settings.put("gradient", "detached");
    settings.put("rank", "4");
    DoraConfig dora = ((DoraMethod) MethodCatalogue.create("dora", Map.of("rank", "4"))).config();
    assertThat(MethodCatalogue.create("bidora", settings))
        .isEqualTo(
            new BidoraMethod(
                new BidoraConfig(
                    dora, 0.3, 2, Hypergradient.EXACT, 0.01, 0.5, 3, 0.1, LastStart.FRESH)));
    assertThat(MethodCatalogue.create("bidora", Map.of()))
        .isEqualTo(new BidoraMethod(BidoraConfig.DEFAULT));
  }
}
