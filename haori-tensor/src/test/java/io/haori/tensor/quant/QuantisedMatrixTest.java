package io.haori.tensor.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.WeightOnly;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Lookup;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class QuantisedMatrixTest {
  private static final int N = 70;
  private static final int I = 80;
  private static final int O = 48;

  private final SplittableRandom random = new SplittableRandom(3);

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void itTakesTheBytesThatItsFormSays(BasePrecision precision) {
    try (Scope scope = Scope.open();
        QuantisedMatrix matrix = matrix(precision, Tensors.normal(random, 1, O, I))) {
      // 64 rows of two groups of 64 columns, with a scale and a zero each.
      long expected = precision == BasePrecision.INT8 ? O * (I + 4) : 64 * (128 / 2 + 2 * 4);
      assertThat(matrix.bytes()).isEqualTo(expected);
      assertThat(matrix.format()).isEqualTo(precision);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void itsProductsAreThoseOfTheMatrixThatItIsFor(BasePrecision precision) {
    try (Scope scope = Scope.open()) {
      Tensor w = Tensors.normal(random, 1, O, I);
      Tensor x = Tensors.normal(random, 1, N, I);
      Tensor dy = Tensors.normal(random, 1, N, O);
      try (QuantisedMatrix matrix = matrix(precision, w)) {
        assertThat(apart(matrix.dense(), w))
            .isLessThan(precision == BasePrecision.INT8 ? 0.01 : 0.15);
        assertThat(apart(matrix.linear(x, null), x.matmul(matrix.dense().t()))).isLessThan(0.01);
        assertThat(apart(matrix.inputGradient(dy), dy.matmul(matrix.dense()))).isLessThan(0.01);
      }
    }
  }

  /**
   * Scores of words have gradients of one large number, of the right word, and many small ones that
   * weigh as much together: codes of a row lose those, dense rows of a table in blocks do not.
   */
  @Test
  void gradientsOfScoresOfManyWordsNeedDenseRows() {
    int words = 70_001;
    try (Scope scope = Scope.open();
        Int8Matrix codes = Int8Matrix.of(table(words));
        Int8Matrix floats = Int8Matrix.of(table(words), List.of(), InputGradients.FLOAT)) {
      Tensor dy = Tensors.full(1.0 / words, DType.F32, 3, words);
      for (int row = 0; row < 3; row++) {
        dy.narrow(0, row, 1).narrow(1, row, 1).copyInPlace(Tensors.full(-1, DType.F32, 1, 1));
      }
      Tensor right = dy.matmul(floats.dense());

      assertThat(apart(codes.inputGradient(dy), right)).as("of codes").isGreaterThan(0.2);
      assertThat(apart(floats.inputGradient(dy), right)).isLessThan(1e-4);
      Tensor before = Tensors.normal(random, 1, 3, 64);
      Tensor sum = before.copy();
      floats.addInputGradient(sum, dy);
      assertThat(apart(sum, before.add(right))).isLessThan(1e-4);
    }
  }

  /** Rows of 64 numbers of mean 1/2, so that small gradients of many words do not cancel out. */
  private static Tensor table(int words) {
    return Tensors.normal(new SplittableRandom(5), 1, words, 64).add(0.5);
  }

  /** One to as many rows as codes are read for, and one more; widths with and without a rest. */
  @ParameterizedTest
  @CsvSource({"INT8, 96, 128", "INT4, 96, 128", "INT8, 48, 80", "INT4, 48, 80", "INT4, 256, 192"})
  void productsOfFewRowsAreThoseOfTheMatrixButForRounding(
      BasePrecision precision, int outputs, int inputs) {
    try (Scope scope = Scope.open();
        QuantisedMatrix matrix =
            matrix(precision, Tensors.normal(random, 1, outputs, inputs).add(0.3))) {
      Tensor bias = Tensors.normal(random, 5, outputs);
      for (int rows : new int[] {1, 2, 5, WeightOnly.MOST_ROWS, WeightOnly.MOST_ROWS + 1}) {
        for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
          Tensor x = Tensors.normal(random, 1, rows, inputs).to(dtype);
          Tensor wanted = x.to(DType.F32).matmul(matrix.dense().t());

          Tensor plain = matrix.fastLinear(x, null);
          assertThat(plain.dtype()).isEqualTo(dtype);
          assertThat(apart(plain.to(DType.F32), wanted)).isLessThan(0.015);
          Tensor added = matrix.fastLinear(x, bias.to(dtype)).to(DType.F32);
          assertThat(apart(added, wanted.add(bias))).isLessThan(0.015);
        }
      }
    }
  }

  /** In order or not, whole blocks or parts of them. */
  @Test
  void rowsIn4BitsAreThoseOfTheWhole() {
    try (Scope scope = Scope.open();
        QuantisedMatrix matrix = Int4Matrix.of(Tensors.normal(random, 1, 200, 100))) {
      Tensor dense = matrix.dense();
      for (int[] part : new int[][] {{0, 64}, {64, 128}, {128, 72}, {10, 60}, {199, 1}, {0, 200}}) {
        try (QuantisedMatrix rows = matrix.rows(part[0], part[1])) {
          assertThat(rows.dense().equalTo(dense.narrow(0, part[0], part[1]))).isTrue();
          Tensor x = Tensors.normal(random, 1, 2, 100);
          assertThat(apart(rows.fastLinear(x, null), x.matmul(rows.dense().t()))).isLessThan(0.01);
        }
      }
      Tensor index = Tensors.of(new long[] {199, 0, 64, 31, 32, 33, 0}, 7);
      assertThat(matrix.rowsAt(index).equalTo(dense.indexSelect(0, index))).isTrue();
    }
  }

  /** Of a vocabulary's size: products are those of the whole, though it is never dense as one. */
  @Test
  void aLargeMatrixIn4BitsIsMultipliedSomeRowsAtATime() {
    long rows = 131_101;
    try (Scope scope = Scope.open();
        QuantisedMatrix matrix = Int4Matrix.of(Tensors.normal(random, 1, rows, 132))) {
      Tensor x = Tensors.normal(random, 1, 33, 132);
      Tensor bias = Tensors.normal(random, 1, rows);
      Tensor dy = Tensors.normal(random, 1, 33, rows);

      Tensor dense = matrix.dense();

      assertThat(apart(matrix.linear(x, bias), x.matmul(dense.t()).add(bias))).isLessThan(1e-5);
      assertThat(apart(matrix.inputGradient(dy), dy.matmul(dense))).isLessThan(1e-5);
    }
  }

  @Test
  void aGroupReachesFromItsLeastNumberToItsLargest() {
    try (Scope scope = Scope.open()) {
      Tensor steps =
          Tensors.of(new float[] {-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 1, 16);
      try (QuantisedMatrix matrix =
          Int4Matrix.of(Tensors.cat(List.of(steps, steps, steps, steps), 1))) {
        assertThat(matrix.dense().narrow(1, 0, 16).equalTo(steps)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void whatIsMultipliedByTwoIsTwiceAsLarge(BasePrecision precision) {
    try (Scope scope = Scope.open();
        QuantisedMatrix matrix = matrix(precision, Tensors.normal(random, 1, O, I));
        QuantisedMatrix twice = matrix.scaledRows(Tensors.full(1, DType.F32, O))) {
      assertThat(apart(twice.dense(), matrix.dense().mul(2))).isLessThan(1e-6);
    }
  }

  /** A matrix that holds numbers of its form is kept exactly, so its parts and layers are, too. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"FP32", "BF16"})
  void aLayerHasTheGradientsOfTheDenseOne(BasePrecision precision) {
    try (Scope scope = Scope.open()) {
      Tensor w = matrix(precision, Tensors.normal(random, 1, O, I)).dense();
      Tensor bias = Tensors.normal(random, 1, O);
      Tensor input = Tensors.normal(random, 1, N, I);
      Tensor weights = Tensors.normal(random, 1, N, O);
      try (Weight dense = Weight.of("w", w);
          Weight kept = Weight.quantised(List.of("w"), List.of(w), precision);
          Weight b = Weight.of("b", bias)) {
        Tensor wanted = gradient(dense, b, input, weights);
        Tensor got = gradient(kept, b, input, weights);

        assertThat(kept.precision()).isEqualTo(precision);
        assertThat(kept.frozen().sub(w).abs().max(0).max(1).item()).isLessThan(0.02);
        assertThat(apart(got, wanted)).isLessThan(0.015);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void partsAreRowsOfTheWholeAndMayBecomeTrainable(BasePrecision precision) {
    try (Scope scope = Scope.open()) {
      List<Tensor> values =
          List.of(Tensors.normal(random, 1, 16, I), Tensors.normal(random, 1, 32, I));
      try (Weight whole = Weight.quantised(List.of("q", "k"), values, precision);
          Tape tape = Tape.inference(DType.F32)) {
        Weight second = whole.parts().get(1);
        assertThat(second.name()).isEqualTo("k");
        assertThat(second.frozen().equalTo(whole.frozen().narrow(0, 16, 32))).isTrue();

        Parameter parameter = second.makeTrainable().get(0);
        parameter.value().addInPlace(Tensors.full(1, DType.F32, 32, I));

        assertThat(apart(whole.value(tape).narrow(0, 16, 32), second.frozen().add(1)))
            .isLessThan(1e-6);
        assertThat(apart(whole.value(tape).narrow(0, 0, 16), whole.parts().get(0).frozen()))
            .isLessThan(1e-6);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void tokensPickRowsOfATable(BasePrecision precision) {
    try (Scope scope = Scope.open();
        Weight table =
            Weight.quantised(List.of("t"), List.of(Tensors.normal(random, 1, O, I)), precision);
        Tape tape = Tape.inference(DType.F32)) {
      Tensor index = Tensors.of(new long[] {5, 0, 5, 47}, 4);

      Tensor rows = Lookup.apply(tape, table, index, null).value();

      assertThat(rows.equalTo(table.frozen().indexSelect(0, index))).isTrue();
    }
  }

  @Test
  void columnsOfLargeInputsAreMultipliedInFloats() {
    try (Scope scope = Scope.open()) {
      Tensor w = Tensors.normal(random, 1, O, I);
      Tensor x = Tensors.normal(random, 1, N, I);
      x.narrow(1, 7, 1).mulInPlace(100);
      x.narrow(1, 60, 1).mulInPlace(-50);
      Tensor wanted = x.matmul(w.t());
      try (Int8Matrix plain = Int8Matrix.of(w);
          Int8Matrix apart = Int8Matrix.of(w, List.of(7L, 60L), InputGradients.INT8);
          Int8Matrix rows = apart.rows(16, 8);
          Int8Matrix twice = apart.scaledRows(Tensors.full(1, DType.F32, O))) {
        Tensor others = wanted.sub(x.narrow(1, 7, 1).matmul(w.narrow(1, 7, 1).t()));
        others = others.sub(x.narrow(1, 60, 1).matmul(w.narrow(1, 60, 1).t()));
        double size = Math.sqrt(others.square().sum().item());

        assertThat(apart.outliers()).isEqualTo(2);
        assertThat(distance(plain.linear(x, null), wanted) / size).isGreaterThan(0.2);
        // BF16 keeps the two columns where the processor is fast at it.
        assertThat(distance(apart.linear(x, null), wanted) / size).isLessThan(0.15);
        assertThat(apart(apart.dense(), w)).isLessThan(0.01);
        assertThat(rows.dense().equalTo(apart.dense().narrow(0, 16, 8))).isTrue();
        assertThat(apart(twice.linear(x, null), apart.linear(x, null).mul(2))).isLessThan(0.01);
        Tensor dy = Tensors.normal(random, 1, N, O);
        assertThat(apart(apart.inputGradient(dy), dy.matmul(w))).isLessThan(0.02);
      }
    }
  }

  /** Not a number is lost: what is rounded is the matrix alone. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void gradientsInFloatsAreExactlyThoseOfTheMatrixThatItIsFor(DType dtype) {
    try (Scope scope = Scope.open()) {
      Tensor w = Tensors.normal(random, 1, O, I);
      Tensor dy = Tensors.normal(random, 1, N, O).to(dtype);
      try (Int8Matrix whole = Int8Matrix.of(w, List.of(7L), InputGradients.FLOAT);
          Int8Matrix rows = whole.rows(8, O - 8);
          Int8Matrix twice = whole.scaledRows(Tensors.full(1, DType.F32, O));
          Int8Matrix usual = Int8Matrix.of(w, List.of(7L), InputGradients.INT8)) {
        for (Int8Matrix matrix : List.of(whole, rows, twice)) {
          Tensor part = dy.narrow(1, 0, matrix.outputs()).contiguous();
          Tensor wanted = Kernels.product(part, matrix.dense().to(dtype), 1.0);
          Tensor target = Tensors.zeros(dtype, N, I);
          matrix.addInputGradient(target, part);

          assertThat(matrix.inputGradient(part).equalTo(wanted)).isTrue();
          assertThat(target.equalTo(wanted)).isTrue();
        }
        assertThat(usual.inputGradient(dy).equalTo(whole.inputGradient(dy))).isFalse();
        Tensor x = Tensors.normal(random, 1, N, I).to(dtype);
        assertThat(usual.linear(x, null).equalTo(whole.linear(x, null))).isTrue();
      }
    }
  }

  @Test
  void aDenseMatrixIsRoundedWithItsParts() {
    try (Scope scope = Scope.open()) {
      Tensor first = Tensors.normal(random, 1, 16, I);
      Tensor second = Tensors.normal(random, 1, 32, I);
      try (Weight whole = Weight.rows(List.of("q", "k"), List.of(first, second));
          Weight wanted =
              Weight.quantised(List.of("q", "k"), List.of(first, second), BasePrecision.INT8)) {
        whole.quantise(List.of(), InputGradients.INT8);

        assertThat(whole.precision()).isEqualTo(BasePrecision.INT8);
        assertThat(whole.bytes()).isEqualTo(wanted.bytes());
        assertThat(whole.frozen().equalTo(wanted.frozen())).isTrue();
        assertThat(whole.parts().get(1).frozen().equalTo(wanted.parts().get(1).frozen())).isTrue();
      }
    }
  }

  private static double distance(Tensor a, Tensor b) {
    return Math.sqrt(a.sub(b).square().sum().item());
  }

  private static Tensor gradient(Weight weight, Weight bias, Tensor input, Tensor weights) {
    try (Tape tape = Tape.recording(DType.F32, 1);
        Parameter parameter = new Parameter("x", input)) {
      Variable x = tape.variable(parameter.value(), true);
      Variable y = Linear.apply(tape, x, weight, bias);
      y.accumulate(weights);
      tape.backwardFromGradients();
      return x.takeGradient();
    }
  }

  private static QuantisedMatrix matrix(BasePrecision precision, Tensor value) {
    return precision.quantised(value);
  }

  private static double apart(Tensor got, Tensor wanted) {
    double size = wanted.square().sum().item();
    return Math.sqrt(got.sub(wanted).square().sum().item() / size);
  }

  /** More numbers than a block has: the codes are those of the rows alone. */
  @Test
  void aLargeMatrixIsRoundedInBlocksOfRows() {
    try (Scope scope = Scope.open()) {
      Tensor large = Tensors.normal(new SplittableRandom(3), 1, 1100, 4096);
      for (BasePrecision precision : List.of(BasePrecision.INT8, BasePrecision.INT4)) {
        try (QuantisedMatrix whole = precision.quantised(large);
            QuantisedMatrix end = precision.quantised(large.narrow(0, 1020, 80))) {
          assertThat(whole.rows(1020, 80).dense().toFloats()).isEqualTo(end.dense().toFloats());
          assertThat(whole.outputs()).isEqualTo(1100);
        }
      }
    }
  }
}
