package io.haori.benchmarks.speed;

import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Times one training step of LoRA on all linear layers of a decoder, by the way that {@code
 * pretrain} and {@code tune} take. Argument: a folder that {@code peers/decoder_shape.py} has
 * written. Settings are system properties: {@code precision} of the activations (fp32, bf16),
 * {@code base} (fp32, bf16, int8, int4), {@code batch} (4), {@code length} (256), {@code steps}
 * (7), {@code domains} (1; more learn side by side, each with its batch), {@code checkpointing}
 * (false), {@code threads} (2), {@code profile} (false; where the steps' time goes). Prints a JSON
 * line. The peer's program is {@code peers/decoder_peer.py}.
 */
public final class DecoderStepBenchmark {
  private static final int WARM_UP = 2;

  private DecoderStepBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    DType dtype = System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    BasePrecision precision =
        BasePrecision.valueOf(
            System.getProperty("base", BasePrecision.of(dtype).id()).toUpperCase(Locale.ROOT));
    int batch = Integer.getInteger("batch", 4);
    int length = Integer.getInteger("length", 256);
    int steps = Integer.getInteger("steps", 7);
    int domains = Integer.getInteger("domains", 1);
    Engine.setThreads(Integer.getInteger("threads", 2));
    BaseOptions options = new BaseOptions(Optional.of(precision), InputGradients.INT8);
    TextOptions text = new TextOptions(TextOptions.usual().pooling(), length, dtype, options);
    PretrainSettings settings =
        AnswerSettings.of(
            TuneSettings.builder("lora")
                .set("targets", "all-linear")
                .epochs(1)
                .batchSize(batch)
                .gradientCheckpointing(Boolean.getBoolean("checkpointing"))
                .build()
                .withText(text));
    Path folder = Files.createTempDirectory("haori-decoder-step");
    try (TextBase base = TextBase.open(arguments[0], precision, FetchListener.SILENT)) {
      List<DomainCorpus> corpora = new ArrayList<>();
      for (int domain = 0; domain < domains; domain++) {
        corpora.add(corpus(folder, "domain" + domain, batch * steps, length));
      }
      Timer timer = new Timer();
      new Pretrainer(base, settings).listener(timer).run(corpora);
      timer.printProfile();
      List<Double> sorted = counted(timer.milliseconds);
      List<Double> ofThread = counted(timer.threadMilliseconds);
      System.out.printf(
          Locale.ROOT,
          "{\"program\":\"haori\",\"precision\":\"%s\",\"base\":\"%s\",\"domains\":%d,\"batch\":%d,\"length\":%d,"
              + "\"steps\":%d,\"medianStepMs\":%.0f,\"medianThreadMs\":%.0f,\"minStepMs\":%.0f,\"peakRssMb\":%d}%n",
          dtype,
          precision.id(),
          domains,
          batch,
          length,
          timer.milliseconds.size(),
          sorted.get(sorted.size() / 2),
          ofThread.get(ofThread.size() / 2),
          sorted.get(0),
          ProcessMemory.peakMb());
    } finally {
      AtomicFiles.delete(folder);
    }
  }

  private static List<Double> counted(List<Double> milliseconds) {
    return milliseconds.stream().skip(WARM_UP).sorted().toList();
  }

  /** Rows of random letters, each a token, that fill the length; some more are held out. */
  private static DomainCorpus corpus(Path folder, String name, int rows, int length)
      throws IOException {
    Random random = new Random(name.hashCode());
    StringBuilder lines = new StringBuilder();
    for (int row = 0;
        row < Math.max(DomainCorpus.MIN_TEXTS, rows + Math.max(2, rows / 10));
        row++) {
      for (int letter = 0; letter < length; letter++) {
        lines.append((char) ('a' + random.nextInt(26)));
      }
      lines.append('\n');
    }
    Path file = folder.resolve(name + ".txt");
    Files.writeString(file, lines);
    return DomainCorpus.read(name, List.of(file));
  }

  /** What passes between the ends of two steps. */
  private static final class Timer implements PretrainListener {
    private final List<Double> milliseconds = new ArrayList<>();
    private final List<Double> threadMilliseconds = new ArrayList<>();
    private long last = System.nanoTime();
    private long lastOfThread = CallingThread.nanos();
    private @Nullable StackProfile profile;

    @Override
    public void onStep(
        int done, int total, List<String> active, double loss, double tokensPerSecond) {
      milliseconds.add((System.nanoTime() - last) / 1e6);
      last = System.nanoTime();
      threadMilliseconds.add((CallingThread.nanos() - lastOfThread) / 1e6);
      lastOfThread = CallingThread.nanos();
      if (done == WARM_UP && Boolean.getBoolean("profile")) {
        profile = StackProfile.begin();
      }
    }

    void printProfile() {
      if (profile != null) {
        profile.print();
      }
    }
  }
}
