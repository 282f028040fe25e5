package io.haori.benchmarks.serving;

import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Times how much adapters add to the base's answer. Arguments are adapter folders, the dense one
 * first. The base alone and each adapter answer in turns, in an order that rotates; what an adapter
 * adds is the median over the rounds of its time less the base's of the same round. System
 * properties: {@code precision} (fp32, bf16), {@code batch}, {@code length}, {@code rounds}, {@code
 * threads}. Prints one JSON line an adapter.
 */
public final class AddedLatency {
  private AddedLatency() {}

  /** Runs it. */
  public static void main(String[] folders) {
    DType dtype = System.getProperty("precision", "fp32").equals("bf16") ? DType.BF16 : DType.F32;
    int batch = Integer.getInteger("batch", 1);
    int length = Integer.getInteger("length", 16);
    int rounds = Integer.getInteger("rounds", 301);
    Engine.setThreads(Integer.getInteger("threads", 2));
    String name = AdapterFolder.describe(Path.of(folders[0])).baseName();
    long[] ids = new SplittableRandom(1).longs((long) batch * length, 1000, 30000).toArray();
    int[] lengths = new int[batch];
    Arrays.fill(lengths, length);
    List<TextModel> models = new ArrayList<>();
    try (TextBase base = TextBase.open(name, dtype, FetchListener.SILENT);
        TextBatch texts = new TextBatch(ids, new long[ids.length], lengths, length)) {
      List<Adaptation> subjects = new ArrayList<>();
      subjects.add(Adaptation.NONE);
      for (String folder : folders) {
        TextModel model = AdapterFolder.load(Path.of(folder), base, dtype);
        models.add(model);
        subjects.add(model.module());
      }
      double[][] milliseconds = new double[subjects.size()][rounds];
      for (int round = -20; round < rounds; round++) {
        for (int turn = 0; turn < subjects.size(); turn++) {
          int subject = Math.floorMod(turn + round, subjects.size());
          long begin = System.nanoTime();
          answer(base, texts, subjects.get(subject), dtype);
          if (round >= 0) {
            milliseconds[subject][round] = (System.nanoTime() - begin) / 1e6;
          }
        }
      }
      print(folders, models, milliseconds, batch, length, dtype);
    } finally {
      models.forEach(TextModel::close);
    }
  }

  private static void answer(TextBase base, TextBatch texts, Adaptation adaptation, DType dtype) {
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(dtype)) {
      Pooling.MEAN.apply(tape, base.backbone(), texts, adaptation, false).value().toFloats();
    }
  }

  private static void print(
      String[] folders,
      List<TextModel> models,
      double[][] milliseconds,
      int batch,
      int length,
      DType dtype) {
    double dense = median(differences(milliseconds[1], milliseconds[0]));
    for (int i = 0; i < folders.length; i++) {
      AdapterModule module = models.get(i).module();
      double added = median(differences(milliseconds[i + 1], milliseconds[0]));
      System.out.printf(
          "{\"adapter\":\"%s\",\"layers\":%d,\"batch\":%d,\"length\":%d,\"precision\":\"%s\","
              + "\"baseMs\":%.3f,\"p50Ms\":%.3f,\"addedMs\":%.3f,\"ofDense\":%.3f}%n",
          Path.of(folders[i]).getFileName(),
          module.layers().size(),
          batch,
          length,
          dtype,
          median(milliseconds[0]),
          median(milliseconds[i + 1]),
          added,
          added / dense);
    }
  }

  private static double[] differences(double[] one, double[] other) {
    double[] differences = new double[one.length];
    for (int i = 0; i < one.length; i++) {
      differences[i] = one[i] - other[i];
    }
    return differences;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
