package io.haori.spring;

import io.haori.core.text.Classification;
import io.haori.core.text.Classifier;
import io.haori.core.text.Embedder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.function.Supplier;

/**
 * Meters in Micrometer: {@code haori.requests}, a timer by operation, model and outcome, and {@code
 * haori.texts}, how many texts were asked about. No text is in a meter.
 */
final class MicrometerMetering implements Metering {
  private final MeterRegistry meters;

  MicrometerMetering(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public Classifier of(Classifier classifier) {
    return new Measured(classifier, new Meter(meters, "classify", classifier.name()));
  }

  @Override
  public Embedder of(Embedder embedder) {
    return new MeasuredVectors(embedder, new Meter(meters, "embed", embedder.name()));
  }

  /** Meters of one bean. */
  private record Meter(MeterRegistry meters, String operation, String model) {
    <T> T measured(int texts, Supplier<T> work) {
      Timer.Sample sample = Timer.start(meters);
      String outcome = "error";
      try {
        T result = work.get();
        outcome = "success";
        return result;
      } finally {
        sample.stop(
            Timer.builder("haori.requests")
                .description("Requests to a classifier or embedder")
                .tag("operation", operation)
                .tag("model", model)
                .tag("outcome", outcome)
                .register(meters));
        Counter.builder("haori.texts")
            .description("Texts that were asked about")
            .tag("operation", operation)
            .tag("model", model)
            .register(meters)
            .increment(texts);
      }
    }
  }

  private record Measured(Classifier inner, Meter meter) implements Classifier {
    @Override
    public List<Classification> classify(List<String> texts) {
      return meter.measured(texts.size(), () -> inner.classify(texts));
    }

    @Override
    public String name() {
      return inner.name();
    }
  }

  private record MeasuredVectors(Embedder inner, Meter meter) implements Embedder {
    @Override
    public List<float[]> embed(List<String> texts) {
      return meter.measured(texts.size(), () -> inner.embed(texts));
    }

    @Override
    public int width() {
      return inner.width();
    }

    @Override
    public String name() {
      return inner.name();
    }
  }
}
