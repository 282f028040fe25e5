package io.haori.model.backbone;

import static io.haori.core.check.Check.require;

import io.haori.core.weights.DType;
import io.haori.model.config.ModelConfig;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.InputGradients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A frozen base: embeddings, layers and what follows them, put together by its {@link
 * io.haori.model.family.ModelFamily}. Frozen unless a weight was made trainable. Owns its weights.
 * One backbone serves several threads, as long as none trains its weights.
 */
public final class Backbone implements AutoCloseable {
  private final ModelConfig config;
  private final Embeddings embeddings;
  private final List<Layer> layers;
  private final @Nullable Norm finalNorm;
  private final @Nullable Pooler pooler;
  private final @Nullable MaskedLanguageHead languageHead;
  private final @Nullable CausalLanguageHead causalHead;
  private final Pooling usualPooling;

  /**
   * Puts the parts together, which it owns from here on.
   *
   * @param config its shape
   * @param embeddings what the first layer reads
   * @param layers from the lowest to the highest
   * @param finalNorm of the last layer's states, null where layers end normalised
   * @param pooler that the base was trained with, null when it has none
   * @param languageHead that the base was trained with, null when it has none
   * @param usualPooling what {@link Pooling#AUTO} is for this base
   */
  public Backbone(
      ModelConfig config,
      Embeddings embeddings,
      List<? extends Layer> layers,
      @Nullable Norm finalNorm,
      @Nullable Pooler pooler,
      @Nullable MaskedLanguageHead languageHead,
      Pooling usualPooling) {
    this(config, embeddings, layers, finalNorm, pooler, languageHead, null, usualPooling);
  }

  /**
   * Puts a decoder together, whose tokens see those before them. It owns the parts from here on.
   *
   * @param config its shape
   * @param embeddings what the first layer reads
   * @param layers from the lowest to the highest
   * @param finalNorm of the last layer's states
   * @param causalHead that the base was trained with, null when it has none
   */
  public static Backbone decoder(
      ModelConfig config,
      Embeddings embeddings,
      List<? extends Layer> layers,
      Norm finalNorm,
      @Nullable CausalLanguageHead causalHead) {
    return new Backbone(
        config, embeddings, layers, finalNorm, null, null, causalHead, Pooling.LAST);
  }

  private Backbone(
      ModelConfig config,
      Embeddings embeddings,
      List<? extends Layer> layers,
      @Nullable Norm finalNorm,
      @Nullable Pooler pooler,
      @Nullable MaskedLanguageHead languageHead,
      @Nullable CausalLanguageHead causalHead,
      Pooling usualPooling) {
    this.config = config;
    this.embeddings = embeddings;
    this.layers = List.copyOf(layers);
    this.finalNorm = finalNorm;
    this.pooler = pooler;
    this.languageHead = languageHead;
    this.causalHead = causalHead;
    this.usualPooling = usualPooling;
  }

  /**
   * This base with another usual pooling. It takes the parts over: close one of the two.
   *
   * @param pooling {@link Pooling#AUTO} for the one that it has
   */
  public Backbone pooledBy(Pooling pooling) {
    return pooling == Pooling.AUTO
        ? this
        : new Backbone(
            config, embeddings, layers, finalNorm, pooler, languageHead, causalHead, pooling);
  }

  /** Its shape. */
  public ModelConfig config() {
    return config;
  }

  /** Width of the states between layers. */
  public int width() {
    return config.hiddenSize();
  }

  /** Number of layers. */
  public int layers() {
    return layers.size();
  }

  /** Linear layers that an adapter may sit on, from the lowest to the highest. */
  public List<Slot> slots() {
    List<Slot> slots = new ArrayList<>();
    layers.forEach(layer -> layer.products().forEach(product -> slots.addAll(product.slots())));
    if (pooler != null) {
      slots.add(pooler.slot());
    }
    return slots;
  }

  /** The weights that lead to a pooled vector: what full fine-tuning trains. */
  public List<Weight> weightsOf(Pooling pooling) {
    List<Weight> all = bodyWeights();
    if (pooler != null && pooling.resolve(this) == Pooling.CLS) {
      all.addAll(pooler.weights());
    }
    return all;
  }

  /**
   * The weights that lead to the language head's scores, the head's own included: what full
   * pre-training moves.
   *
   * @throws IllegalStateException when the base has no such head
   */
  public List<Weight> weightsOfLanguageModel() {
    if (languageHead == null && causalHead == null) {
      throw new IllegalStateException("the base has no language head");
    }
    List<Weight> all = bodyWeights();
    all.addAll(headWeights());
    return all;
  }

  private List<Weight> headWeights() {
    if (languageHead != null) {
      return languageHead.weights();
    }
    return causalHead == null ? List.of() : causalHead.weights();
  }

  private List<Weight> bodyWeights() {
    List<Weight> all = new ArrayList<>(embeddings.weights());
    layers.forEach(layer -> all.addAll(layer.weights()));
    if (finalNorm != null) {
      all.addAll(finalNorm.weights());
    }
    return all;
  }

  /** All weights, for export. */
  public List<Weight> weights() {
    List<Weight> all = bodyWeights();
    if (pooler != null) {
      all.addAll(pooler.weights());
    }
    all.addAll(headWeights());
    return all;
  }

  /** Names of the language head's own weights, which a file does not put a prefix before. */
  public Set<String> languageHeadNames() {
    return names(headWeights());
  }

  /** Names of the pooler's weights; none without a pooler. */
  public Set<String> poolerNames() {
    return pooler == null ? Set.of() : names(pooler.weights());
  }

  private static Set<String> names(List<Weight> weights) {
    return weights.stream()
        .flatMap(weight -> weight.parts().stream())
        .map(Weight::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Weights that are kept in a further type until this is closed. Nobody may be computing in that
   * type when it is.
   *
   * @param weights of the linear layers
   */
  public record FurtherType(List<Weight> weights) implements AutoCloseable {
    @Override
    public void close() {
      weights.forEach(Weight::dropCopy);
    }
  }

  /**
   * Keeps the linear layers in a further type as well: for work that passes through them in two
   * types again and again.
   *
   * @param dtype the further type
   * @return ends it
   */
  public FurtherType keepIn(DType dtype) {
    List<Weight> linear =
        layers.stream()
            .flatMap(layer -> layer.products().stream())
            .flatMap(product -> product.weights().stream())
            .toList();
    linear.forEach(weight -> weight.keepCopy(dtype));
    return new FurtherType(linear);
  }

  /**
   * Keeps the matrices of the layers, and a table of words, in 8 bits from here on. Columns whose
   * inputs are far larger than the others' when the base reads some texts are multiplied in floats.
   *
   * @param texts to read; any of the languages that the base was trained on
   * @param gradients what gradients behind the matrices are computed from in training
   */
  public void quantise(TextBatch texts, InputGradients gradients) {
    embeddings.keepIn8Bits();
    Map<Weight, List<Long>> outliers = OutlierColumns.of(this, texts, gradients);
    layers.stream()
        .flatMap(layer -> layer.products().stream())
        .map(AdaptedProducts::weight)
        .forEach(weight -> weight.quantise(outliers.getOrDefault(weight, List.of()), gradients));
    embeddings.quantise();
  }

  /** How the base was trained to make one vector of a text; never {@link Pooling#AUTO}. */
  public Pooling usualPooling() {
    return usualPooling;
  }

  /**
   * What makes vectors of whole texts that can be compared as they are; never {@link Pooling#AUTO}.
   * It is the usual pooling, but the mean in place of a text's pooler: that was trained beside a
   * head of its own, and what it gives for different texts is nearly the same.
   */
  public Pooling pooledForComparison() {
    boolean pooled = pooler != null && usualPooling == Pooling.CLS && config.pictures() == null;
    return pooled ? Pooling.MEAN : usualPooling;
  }

  /** The pooler that the base was trained with, null when it has none. */
  public @Nullable Pooler pooler() {
    return pooler;
  }

  /** The masked-LM head, null when the base has none. */
  public @Nullable MaskedLanguageHead languageHead() {
    return languageHead;
  }

  /** The head that predicts the next token, null when the base has none. */
  public @Nullable CausalLanguageHead causalHead() {
    return causalHead;
  }

  /**
   * Hidden states of the last layer.
   *
   * @param tape computes in its type
   * @param batch at most as long as the base's positions
   * @param adaptation which adapter sits where
   * @param checkpointing whether each layer is computed again for its gradient, which saves memory
   * @return {@code [tokens, hidden]}, one text after another without padding, in the scope that was
   *     open at the call
   */
  public Variable hidden(Tape tape, TextBatch batch, Adaptation adaptation, boolean checkpointing) {
    return hidden(tape, batch, adaptation, checkpointing, HiddenDropout.NONE);
  }

  /**
   * Hidden states of the last layer, with dropout inside the base.
   *
   * @param tape computes in its type
   * @param batch at most as long as the base's positions
   * @param adaptation which adapter sits where
   * @param checkpointing whether each layer is computed again for its gradient, which saves memory
   * @param dropout masks of this pass
   * @return {@code [tokens, hidden]}, one text after another without padding, in the scope that was
   *     open at the call
   */
  public Variable hidden(
      Tape tape,
      TextBatch batch,
      Adaptation adaptation,
      boolean checkpointing,
      HiddenDropout dropout) {
    return hidden(tape, batch, null, null, adaptation, checkpointing, dropout);
  }

  /**
   * Hidden states of the last layer at some tokens. Of that layer only attention is computed for
   * the others, which saves most of it.
   *
   * @param tape computes in its type
   * @param batch at most as long as the base's positions
   * @param places I64 {@code [m]}, the wanted among the batch's tokens
   * @param adaptation which adapter sits where
   * @param checkpointing whether each layer is computed again for its gradient, which saves memory
   * @param dropout masks of this pass, for all tokens
   * @return {@code [m, hidden]} in the scope that was open at the call
   */
  public Variable hiddenAt(
      Tape tape,
      TextBatch batch,
      Tensor places,
      Adaptation adaptation,
      boolean checkpointing,
      HiddenDropout dropout) {
    return hidden(tape, batch, null, places, adaptation, checkpointing, dropout);
  }

  /**
   * The last layer's state of each text's last token, with what the cache knows of the tokens
   * before: whole texts in the first pass, from then on one further token of each, or several of a
   * single text. The work of a further token does not grow with the texts but for attention.
   *
   * @param tape computes in the cache's type and records nothing
   * @param batch whole texts, or one of {@code TextBatch.further}
   * @param cache takes the keys and values of these tokens
   * @param adaptation which adapter sits where; the same in all passes
   * @return {@code [rows, hidden]} in the scope that was open at the call
   */
  public Tensor next(Tape tape, TextBatch batch, KeyValueCache cache, Adaptation adaptation) {
    if (causalHead == null || tape.records()) {
      throw new IllegalStateException("needs a decoder, and a tape that records nothing");
    }
    cache.requireContinuedBy(batch);
    Tensor lasts = batch.lasts();
    Variable last = hidden(tape, batch, cache, lasts, adaptation, false, HiddenDropout.NONE);
    cache.advance(batch);
    return last.value();
  }

  private Variable hidden(
      Tape tape,
      TextBatch batch,
      @Nullable KeyValueCache cache,
      @Nullable Tensor places,
      Adaptation asked,
      boolean checkpointing,
      HiddenDropout dropout) {
    requireReadable(batch);
    Adaptation adaptation = asked.forPass(this, batch, places, tape.dtype());
    PassLayout layout = new PassLayout(batch, tape.dtype(), layers, cache);
    StatesBelow known = dropout == HiddenDropout.NONE ? batch.below(tape.dtype()) : null;
    Variable hidden =
        known == null
            ? scoped(() -> Layer.dropped(tape, embeddings.apply(tape, batch), dropout, 0))
            : tape.constant(known.states());
    hidden = tape.explained(hidden);
    for (int index = known == null ? 0 : known.layer(); index < layers.size(); index++) {
      Layer layer = layers.get(index);
      Variable input = hidden;
      Tensor wanted = index == layers.size() - 1 ? places : null;
      HiddenDropout masks = (wanted == null ? dropout : dropout.at(wanted)).from(1 + 2 * index);
      // What neither learns nor passes a gradient down is not computed again.
      boolean again = checkpointing && (input.needsGradient() || layer.learns(adaptation));
      hidden =
          again
              ? tape.checkpoint(
                  input,
                  (t, x) -> scoped(() -> layer.apply(t, x, layout, wanted, adaptation, masks)))
              : scoped(() -> layer.apply(tape, input, layout, wanted, adaptation, masks));
    }
    if (finalNorm == null) {
      return hidden;
    }
    Variable last = hidden;
    return scoped(() -> finalNorm.apply(tape, last));
  }

  /**
   * How many layers do the same in every pass, whatever is learnt: those below the lowest one that
   * has an adapter or a weight that is trained. At most all but the last.
   *
   * @param adaptation which adapter sits where
   */
  public int frozenLayers(Adaptation adaptation) {
    if (embeddings.weights().stream().anyMatch(Weight::trainable)) {
      return 0;
    }
    int frozen = 0;
    while (frozen < layers.size() - 1 && !layers.get(frozen).learns(adaptation)) {
      frozen++;
    }
    return frozen;
  }

  /**
   * What a layer reads where none below it has an adapter, for {@link TextBatch#beginAbove}.
   *
   * @param layer its index, from 0; at most {@link #frozenLayers}
   * @param batch the texts
   * @param dtype type of the pass
   * @return states in the current scope
   */
  public StatesBelow statesBelow(int layer, TextBatch batch, DType dtype) {
    requireReadable(batch);
    try (Tape tape = Tape.inference(dtype)) {
      PassLayout layout = new PassLayout(batch, dtype, layers, null);
      Variable hidden = scoped(() -> embeddings.apply(tape, batch));
      for (Layer lower : layers.subList(0, layer)) {
        Variable input = hidden;
        hidden =
            scoped(
                () -> lower.apply(tape, input, layout, null, Adaptation.NONE, HiddenDropout.NONE));
      }
      return new StatesBelow(layer, hidden.value());
    }
  }

  /**
   * What some layers of the frozen base compute, as measures on its inner states need it. No norm
   * behind the last layer is applied.
   *
   * @param after numbers of layers, counted from 1; ascending
   * @param batch of what the base reads
   * @param dtype type of the pass
   * @return one {@code [tokens, hidden]} for each layer, one text or picture after another, in the
   *     current scope
   */
  public List<Tensor> statesAfter(List<Integer> after, TextBatch batch, DType dtype) {
    requireReadable(batch);
    List<Tensor> states = new ArrayList<>();
    try (Tape tape = Tape.inference(dtype)) {
      PassLayout layout = new PassLayout(batch, dtype, layers, null);
      Variable hidden = scoped(() -> embeddings.apply(tape, batch));
      for (int layer = 1; states.size() < after.size(); layer++) {
        Layer next = layers.get(layer - 1);
        Variable input = hidden;
        hidden =
            scoped(
                () -> next.apply(tape, input, layout, null, Adaptation.NONE, HiddenDropout.NONE));
        if (after.get(states.size()) == layer) {
          states.add(hidden.value());
        }
      }
    }
    return states;
  }

  private void requireReadable(TextBatch batch) {
    require(
        batch.places() <= positions(),
        "length of a text",
        "at most " + positions() + " tokens",
        batch.places());
  }

  /** Most tokens that a text may have. */
  public int positions() {
    return config.maxTokens();
  }

  /** Frees what a part computed on the way; what its derivatives need, the tape retains. */
  private static Variable scoped(Supplier<Variable> part) {
    try (Scope scope = Scope.open()) {
      Variable result = part.get();
      scope.keep(result.value());
      return result;
    }
  }

  @Override
  public void close() {
    embeddings.close();
    layers.forEach(Layer::close);
    if (finalNorm != null) {
      finalNorm.close();
    }
    if (pooler != null) {
      pooler.close();
    }
    headWeights().forEach(Weight::close);
  }
}
