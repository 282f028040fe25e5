package io.haori.server.job;

import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a job does. */
public enum JobKind {
  /** Fits a base to labelled data; a version of a module comes of it. */
  TUNE(true),
  /** Learns a module from texts without labels; a version of a module comes of it. */
  PRETRAIN(true),
  /** Mixes modules for labelled data; a version of a module comes of it. */
  MIX(true),
  /** Learns what good pictures look like; a detector of anomalies comes of it. */
  ANOMALY(true),
  /** Compares methods on labelled data; a report comes of it. */
  COMPARE(false),
  /** Compares what domains do to each other; a report comes of it. */
  ANALYZE(false),
  /** Scores a version on labelled data; the scores are recorded as evidence for approval. */
  EVALUATE(false),
  /** Measures what modules lose when they act together; recorded as evidence for mixes. */
  TOGETHER(false);

  private final boolean makesModule;

  JobKind(boolean makesModule) {
    this.makesModule = makesModule;
  }

  /** Whether a version of a module comes of it, rather than a report. */
  public boolean makesModule() {
    return makesModule;
  }

  /** Whether it scores modules that are there, whose name it bears, and makes nothing new. */
  boolean measures() {
    return this == EVALUATE || this == TOGETHER;
  }

  /** Whether settings of a training belong to it. */
  boolean trains() {
    return !measures() && this != ANOMALY;
  }

  /** Whether models are trained several times. */
  public boolean repeats() {
    return this == COMPARE || this == ANALYZE;
  }

  /** Whether it may read modules. */
  public boolean takesModules() {
    return this == TUNE || this == MIX || this == EVALUATE || this == TOGETHER;
  }

  /** As requests name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of a word. */
  public static JobKind parse(String word) {
    return Arrays.stream(values())
        .filter(one -> one.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "kind must be one of "
                        + Arrays.stream(values())
                            .map(JobKind::word)
                            .collect(Collectors.joining(", "))
                        + ", got "
                        + word));
  }
}
