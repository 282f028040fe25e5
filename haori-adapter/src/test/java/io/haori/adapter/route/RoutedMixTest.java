package io.haori.adapter.route;

import static io.haori.testkit.TensorAssert.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.adapter.combine.WeightedSum;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.golden.GoldenModel;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.mixfile.PeftExport;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ModuleParts;
import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.RowRange;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.HiddenDropout;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.weights.SafetensorsFile;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mixes that are routed without training: Arrow against the numbers of peft's own and of numpy
 * ({@code make_arrow.py} beside them made both), the other rules against their formulas.
 */
class RoutedMixTest {
  private static final String QUERY = "encoder.layer.0.attention.self.query";
  private static final RouteConfig ARROW = new RouteConfig(RouteKind.ARROW, 2, 0.7);
  private static final RouteConfig NONE = RouteConfig.of(RouteKind.NONE);
  private static final RouteConfig SUM = RouteConfig.of(RouteKind.SUM);

  @TempDir Path temporary;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Scope scope;
  private GoldenModel model;
  private SafetensorsFile io;
  private List<Path> folders;
  private List<MixedModule> modules;

  @BeforeEach
  void open() throws URISyntaxException, IOException {
    scope = Scope.open();
    model = opened(GoldenModel.open("bert-classification", temporary));
    Path golden = Path.of(RoutedMixTest.class.getResource("/route").toURI());
    io = opened(SafetensorsFile.open(golden.resolve("io.safetensors")));
    folders = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Path folder = Files.createDirectories(temporary.resolve("modules/m" + k));
      try (Stream<Path> files = Files.list(golden.resolve("m" + k))) {
        for (Path file : files.toList()) {
          Files.copy(file, folder.resolve(file.getFileName().toString()));
        }
      }
      folders.add(folder);
    }
    modules = MixFolder.open(folders, model.backbone());
    modules.forEach(one -> opened(one.module()));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable open : opened) {
      open.close();
    }
    scope.close();
  }

  private <T extends AutoCloseable> T opened(T resource) {
    opened.add(resource);
    return resource;
  }

  private AdapterModule mix(RouteConfig config) {
    RoutedMethod method =
        new RoutedMethod(
            config, modules, config.route() == RouteKind.NEAREST ? centroids() : new float[0][]);
    return opened(AdapterModule.create("task", method, model.backbone(), new Random(1)));
  }

  /** Three directions of length 1 that the base's vectors lean to differently. */
  private float[][] centroids() {
    float[][] centroids = new float[3][];
    try (TextBatch batch = batch()) {
      Tensor means = pooled(Pooling.MEAN, batch, Adaptation.NONE);
      Tensor unit = NearestShares.unit(means);
      for (int k = 0; k < 3; k++) {
        centroids[k] = unit.narrow(0, k, 1).toFloats();
      }
    }
    return centroids;
  }

  private TextBatch batch() {
    long[] ids = io.load("in.ids").toLongs();
    int[] lengths = Arrays.stream(io.load("in.lengths").toLongs()).mapToInt(n -> (int) n).toArray();
    return new TextBatch(ids, new long[ids.length], lengths, 8);
  }

  private TextBatch one(int row) {
    long[] ids = io.load("in.ids").narrow(0, row, 1).toLongs();
    int length = (int) io.load("in.lengths").toLongs()[row];
    return new TextBatch(ids, new long[8], new int[] {length}, 8);
  }

  private Tensor hidden(TextBatch batch, Adaptation adaptation) {
    return model.backbone().hidden(Tape.inference(DType.F32), batch, adaptation, false).value();
  }

  private Tensor pooled(Pooling pooling, TextBatch batch, Adaptation adaptation) {
    Tape tape = Tape.inference(DType.F32);
    return pooling.apply(tape, model.backbone(), batch, adaptation, false).value();
  }

  /** The modules with fixed weights. */
  private Adaptation weighted(double... weights) {
    return slot -> {
      List<WeightedSum.Term> terms = new ArrayList<>();
      for (int k = 0; k < weights.length; k++) {
        AdaptedLinear layer = modules.get(k).module().layers().get(slot.name());
        if (layer != null && weights[k] != 0) {
          terms.add(new WeightedSum.Term(layer, weights[k]));
        }
      }
      return terms.isEmpty() ? null : new WeightedSum(slot.outputs(), terms);
    };
  }

  @Test
  void arrowGivesTheStatesOfPeft() {
    try (TextBatch batch = batch()) {
      assertClose("plain", hidden(batch, Adaptation.NONE), io.load("out.plain"), 1e-5, 1e-6);
      // Peft finds the directions by fifteen power iterations.
      assertClose("states", hidden(batch, mix(ARROW)), io.load("out.states"), 1e-4, 2e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void arrowGivesTheUpdateOfTheFormula(int top) {
    AdapterModule mix = mix(new RouteConfig(RouteKind.ARROW, top, 0.7));
    Tape tape = Tape.inference(DType.F32);
    Tensor x = io.load("in.x");
    Variable y = tape.constant(Tensors.zeros(DType.F32, x.size(0), 32));
    mix.layers().get(QUERY).adapt(tape, tape.constant(x), y, 0);
    assertClose("update", y.value(), io.load("numpy.update." + top), 1e-5, 1e-6);
  }

  @Test
  void rowsAloneGetWhatTheyGetTogether() {
    AdapterModule mix = mix(ARROW);
    Tape tape = Tape.inference(DType.F32);
    Tensor x = io.load("in.x");
    Variable y = tape.constant(Tensors.zeros(DType.F32, x.size(0), 40));
    mix.layers().get(QUERY).adapt(tape, tape.constant(x), y, 4, new RowRange(2, 3));
    Tensor expected = io.load("numpy.update.2");
    assertClose(
        "rows", y.value().narrow(0, 2, 3).narrow(1, 4, 32), expected.narrow(0, 2, 3), 1e-5, 1e-6);
    assertThat(y.value().narrow(0, 0, 2).abs().sum().item()).isZero();
    assertThat(y.value().narrow(1, 0, 4).abs().sum().item()).isZero();
  }

  @Test
  void withoutARouteAllModulesCountAlike() {
    double third = 1.0 / 3;
    try (TextBatch batch = batch()) {
      assertClose(
          "states",
          hidden(batch, mix(NONE)),
          hidden(batch, weighted(third, third, third)),
          1e-5,
          1e-6);
    }
  }

  @Test
  void aSumHasEachModuleWhole() {
    try (TextBatch batch = batch()) {
      assertClose("states", hidden(batch, mix(SUM)), hidden(batch, weighted(1, 1, 1)), 1e-5, 1e-6);
      AdapterModule without = opened(MixFolder.parts(mix(SUM)).without(1));
      assertClose(
          "without m1", hidden(batch, without), hidden(batch, weighted(1, 0, 1)), 1e-5, 1e-6);
    }
  }

  @Test
  void nearestGivesEachTextTheModulesOfItsDomain() {
    RouteConfig config = new RouteConfig(RouteKind.NEAREST, 2, 0.05);
    AdapterModule mix = mix(config);
    float[][] centroids = centroids();
    try (TextBatch batch = batch()) {
      Tensor all = hidden(batch, mix);
      for (int row = 0; row < 3; row++) {
        double[] scores = new double[3];
        for (int k = 0; k < 3; k++) {
          for (int i = 0; i < centroids[k].length; i++) {
            scores[k] += (double) centroids[row][i] * centroids[k][i];
          }
        }
        double[] shares = topShares(scores, 2, 0.05);
        assertThat(shares[row]).isGreaterThan(0.5);
        try (TextBatch one = one(row)) {
          Tensor expected = hidden(one, weighted(shares));
          Tensor found = all.narrow(0, batch.firstOf(row), batch.lengthOf(row));
          assertClose("text " + row, found, expected, 1e-4, 1e-5);
        }
      }
    }
  }

  private static double[] topShares(double[] scores, int top, double temperature) {
    double least = Arrays.stream(scores).sorted().toArray()[scores.length - top];
    double[] shares =
        Arrays.stream(scores).map(s -> s < least ? 0 : Math.exp(s / temperature)).toArray();
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  @ParameterizedTest
  @EnumSource(
      value = Pooling.class,
      names = {"MEAN", "FIRST", "LAST", "CLS"})
  void everyWayToReadATextKnowsTheTextsShares(Pooling pooling) {
    AdapterModule mix = mix(RouteConfig.of(RouteKind.NEAREST));
    try (TextBatch batch = batch()) {
      Tensor together = pooled(pooling, batch, mix);
      for (int row = 0; row < 3; row++) {
        try (TextBatch one = one(row)) {
          assertClose(
              "text " + row, together.narrow(0, row, 1), pooled(pooling, one, mix), 1e-5, 1e-6);
        }
      }
      Tensor words = Tensors.of(new long[] {1, 9, 14, 20}, 4);
      Tensor at =
          model
              .backbone()
              .hiddenAt(Tape.inference(DType.F32), batch, words, mix, false, HiddenDropout.NONE)
              .value();
      assertClose("words", at, hidden(batch, mix).indexSelect(0, words), 1e-5, 1e-6);
    }
  }

  @Test
  void modulesSideBySideKeepTheirTexts() {
    AdapterModule nearest = mix(RouteConfig.of(RouteKind.NEAREST));
    AdapterModule arrow = mix(ARROW);
    try (TextBatch batch = batch()) {
      Adaptation both =
          AdapterModule.routed(
              List.of(nearest, arrow), new Routing(List.of(2, 1), List.of(13L, 8L)));
      Tensor found = hidden(batch, both);
      assertClose(
          "nearest", found.narrow(0, 0, 13), hidden(batch, nearest).narrow(0, 0, 13), 1e-5, 1e-6);
      assertClose(
          "arrow", found.narrow(0, 13, 8), hidden(batch, arrow).narrow(0, 13, 8), 1e-5, 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(RouteKind.class)
  void aStoredMixComputesWhatItDid(RouteKind route) throws IOException {
    AdapterModule mix = mix(RouteConfig.of(route));
    Path mixed = Files.createDirectories(temporary.resolve("mixes/mixed"));
    MixFolder.write(mixed, mix);
    assertThat(MixFolder.standsIn(mixed)).isTrue();
    assertThat(Files.readString(mixed.resolve("mix.json")))
        .contains("\"formatVersion\" : 2", "\"route\" : \"" + route.word() + "\"");
    MixFolder.takeIn(mixed);
    try (TextBatch batch = batch();
        AdapterModule read = MixFolder.read(mixed, model.backbone())) {
      assertThat(hidden(batch, read).equalTo(hidden(batch, mix))).isTrue();
      assertThat(MixFolder.isMix(read)).isTrue();
      assertThat(MixFolder.parts(read).modules()).containsExactly("m0", "m1", "m2");
      assertThat(read.method().settings()).isEqualTo(mix.method().settings());
    }
  }

  /** Files of format version 2, which stay as they are for ever. */
  @Test
  void aMixThatWasWrittenInThisFormatGivesTheStatesOfPeft() throws Exception {
    Path golden = Path.of(RoutedMixTest.class.getResource("/route/mix-2").toURI());
    Path mixed = Files.createDirectories(temporary.resolve("modules/mix-2"));
    for (String file : List.of("mix.json", "mix.safetensors")) {
      Files.copy(golden.resolve(file), mixed.resolve(file));
    }
    try (TextBatch batch = batch();
        AdapterModule read = MixFolder.read(mixed, model.backbone())) {
      assertClose("states", hidden(batch, read), io.load("out.states"), 1e-4, 2e-5);
    }
  }

  /** What was stored decides, not what would be found again. */
  @Test
  void theStoredDirectionsAreUsed() throws IOException {
    AdapterModule mix = mix(ARROW);
    Path mixed = Files.createDirectories(temporary.resolve("mixes/mixed"));
    mix.layers().get(QUERY).tensors().get("prototypes").zeroInPlace();
    MixFolder.write(mixed, mix);
    try (TextBatch batch = batch();
        AdapterModule read = MixFolder.read(mixed, model.backbone())) {
      assertThat(hidden(batch, read).equalTo(hidden(batch, mix))).isTrue();
      assertThat(hidden(batch, read).equalTo(hidden(batch, mix(ARROW)))).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(RouteKind.class)
  void sharesAreMeasuredOnWhatWasRead(RouteKind route) {
    AdapterModule mix = mix(RouteConfig.of(route));
    ModuleParts parts = MixFolder.parts(mix);
    try (TextBatch batch = batch()) {
      parts.watch(() -> hidden(batch, mix));
      parts
          .energies()
          .forEach(
              (slot, shares) -> assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-5)));
      double[] query = Objects.requireNonNull(parts.energies().get(QUERY));
      assertThat(Arrays.stream(query).min().orElseThrow()).isPositive();
      if (route.isConstant()) {
        assertThat(query).containsOnly(query[0]);
      }
      hidden(batch, mix);
      assertThat(parts.energies().get(QUERY)).isEqualTo(query);
    }
  }

  @Test
  void aModuleThatIsLeftOutAddsNothing() {
    double third = 1.0 / 3;
    ModuleParts parts = MixFolder.parts(mix(NONE));
    AdapterModule without = opened(parts.without(1));
    assertThat(without.name()).isEqualTo("task without m1");
    try (TextBatch batch = batch()) {
      assertClose(
          "states", hidden(batch, without), hidden(batch, weighted(third, 0, third)), 1e-5, 1e-6);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = RouteKind.class,
      names = {"NONE", "SUM"})
  void aMeanOrASumIsOneLora(RouteKind route) {
    AdapterModule mix = mix(RouteConfig.of(route));
    assertThat(MixFolder.isOneUpdate(mix)).isTrue();
    try (TextBatch batch = batch();
        PeftExport export = PeftExport.of(mix, model.backbone().slots(), null)) {
      assertThat(export.module().method().name()).isEqualTo("lora");
      assertClose("states", hidden(batch, export.module()), hidden(batch, mix), 1e-5, 1e-6);
    }
  }

  @Test
  void aRouteIsNotOneLora() {
    AdapterModule arrow = mix(ARROW);
    assertThat(MixFolder.isOneUpdate(arrow)).isFalse();
    refused(
        () -> PeftExport.of(arrow, model.backbone().slots(), null),
        "a mix routed by arrow must stay a mix: its shares differ from text to text, so there is no"
            + " one weight that computes the same");
  }

  @Test
  void badChoicesAreNamed() throws IOException {
    refused(() -> new RouteConfig(RouteKind.ARROW, 0, 1), "route.top must be at least 1, got 0");
    refused(
        () -> new RouteConfig(RouteKind.ARROW, 1, Double.NaN),
        "route.temperature must be finite and above 0, got NaN");
    refused(
        () -> RouteKind.parse("--route", "far"),
        "--route must be arrow, nearest, none or sum, got far");
    refused(
        () -> new RoutedMethod(RouteConfig.of(RouteKind.NEAREST), modules, new float[1][]),
        "mean vectors of domains must be one a module, 3, got 1");
    List<MixedModule> twice = List.of(modules.get(0), modules.get(0));
    refused(
        () -> new RoutedMethod(NONE, twice, new float[0][]),
        "modules must be of different names, got m0 twice");
  }

  @Test
  void aDamagedMixIsReportedWithItsFile() throws IOException {
    Path mixed = Files.createDirectories(temporary.resolve("mixes/mixed"));
    MixFolder.write(mixed, mix(ARROW));
    Path description = mixed.resolve("mix.json");
    Path tensors = mixed.resolve("mix.safetensors");
    String written = Files.readString(description);
    Files.writeString(description, written.replace("\"arrow\"", "\"bow\""));
    refused(
        () -> MixFolder.read(mixed, model.backbone()),
        description + ": route must be arrow, nearest, none or sum, got bow");
    Files.writeString(description, written.replace("\"top\" : 2", "\"top\" : 0"));
    refused(
        () -> MixFolder.read(mixed, model.backbone()),
        description + ": route.top must be at least 1, got 0");
    Files.writeString(description, written.replace("\"arrow\"", "\"nearest\""));
    refused(
        () -> MixFolder.read(mixed, model.backbone()),
        tensors + ": must hold the tensor centroids, found none");
    Files.writeString(description, written.replace("\"arrow\"", "\"none\""));
    refused(
        () -> MixFolder.read(mixed, model.backbone()),
        tensors + ": must hold the 0 tensors that its route goes by, got 4");
    Files.writeString(description, written);
    MixFolder.write(temporary.resolve("mixes/mixed"), mix(NONE));
    Files.writeString(description, written);
    refused(
        () -> MixFolder.read(mixed, model.backbone()),
        tensors
            + ": encoder.layer.0.attention.self.query.prototypes must be in the mix, found no such"
            + " tensor");
  }

  @Test
  void aModuleThatCannotBeWeighedIsRefused() {
    assertThat(IntStream.range(0, 3).mapToObj(k -> modules.get(k).name()))
        .containsExactly("m0", "m1", "m2");
    assertThat(mix(ARROW).method().addsToOutput()).isTrue();
    assertThat(mix(RouteConfig.of(RouteKind.NEAREST)).method().addsToOutput()).isFalse();
    assertThat(mix(ARROW).parameters()).isEmpty();
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UserError.class).hasMessage(message);
  }
}
