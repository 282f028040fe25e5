package io.haori.benchmarks.speed;

import io.haori.core.weights.DType;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Sampling;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.quant.BasePrecision;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Tokens a second that a decoder writes, for several texts at once, and the milliseconds that it
 * takes to read 512 tokens. Argument: a folder that {@code peers/decoder_shape.py} has written,
 * whose tokens are bytes and which knows no end of a text. Settings are system properties: {@code
 * precision} of the activations (fp32, bf16), {@code base} (fp32, bf16, int8, int4), {@code rows}
 * (1,4,16), {@code prompt} (32), {@code tokens} (32), {@code repeats} (3), {@code threads} (2). The
 * time of the first token, which needs the prompt, is measured apart and taken off. Prints a JSON
 * line a number of rows. The peer's program is {@code peers/decoder_peer.py}.
 */
public final class GenerationBenchmark {
  private static final int LONG_PROMPT = 512;

  private GenerationBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    DType dtype = System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    BasePrecision precision =
        BasePrecision.valueOf(
            System.getProperty("base", BasePrecision.of(dtype).id()).toUpperCase(Locale.ROOT));
    int prompt = Integer.getInteger("prompt", 32);
    int tokens = Integer.getInteger("tokens", 32);
    int repeats = Integer.getInteger("repeats", 3);
    Engine.setThreads(Integer.getInteger("threads", 2));
    try (TextBase base = TextBase.open(arguments[0], precision, FetchListener.SILENT)) {
      Generator generator = new Generator(base, Adaptation.NONE, dtype);
      long settledMb = ProcessMemory.residentMb();
      double[] reading = new double[repeats];
      for (int i = 0; i < repeats; i++) {
        reading[i] = seconds(generator, 1, LONG_PROMPT, 1);
      }
      Arrays.sort(reading);
      for (String count : System.getProperty("rows", "1,4,16").split(",", -1)) {
        int rows = Integer.parseInt(count);
        seconds(generator, rows, prompt, 4);
        double[] further = new double[repeats];
        for (int i = 0; i < repeats; i++) {
          double first = seconds(generator, rows, prompt, 1);
          further[i] = seconds(generator, rows, prompt, tokens + 1) - first;
        }
        Arrays.sort(further);
        System.out.printf(
            Locale.ROOT,
            "{\"program\":\"haori\",\"precision\":\"%s\",\"base\":\"%s\",\"rows\":%d,\"tokensPerSecond\":%.2f,"
                + "\"prefillMs\":%.0f,\"openedRssMb\":%d,\"peakRssMb\":%d}%n",
            dtype,
            precision.id(),
            rows,
            rows * tokens / further[repeats / 2],
            1000 * reading[repeats / 2],
            settledMb,
            ProcessMemory.peakMb());
      }
    }
  }

  private static double seconds(Generator generator, int rows, int prompt, int tokens) {
    List<String> prompts =
        IntStream.range(0, rows).mapToObj(row -> letters(new Random(row), prompt)).toList();
    GenerationSettings settings = new GenerationSettings(tokens, Sampling.GREEDY, List.of(), 1);
    long begin = System.nanoTime();
    List<Generated> written = generator.generate(prompts, settings, GenerationListener.SILENT);
    double seconds = (System.nanoTime() - begin) / 1e9;
    for (Generated text : written) {
      if (text.tokens() != tokens) {
        throw new IllegalStateException(text.tokens() + " tokens, not " + tokens);
      }
    }
    return seconds;
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
