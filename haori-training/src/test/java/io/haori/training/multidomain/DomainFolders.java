package io.haori.training.multidomain;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.testkit.TinyBase;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.task.TuneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Small domains for a tiny base, and settings that learn them. */
final class DomainFolders {
  private DomainFolders() {}

  /** Rows whose label, one of three, follows from a word of the domain's own. */
  static Path write(Path folder, int shift, String labels, int trainRows) throws IOException {
    Files.createDirectories(folder);
    SplittableRandom random = new SplittableRandom(31 + shift);
    for (String split : List.of("train", "validation", "test")) {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < (split.equals("train") ? trainRows : 12); i++) {
        int label = i % labels.length();
        String words =
            random
                .ints(2 + random.nextInt(6), 30, 90)
                .mapToObj(DomainFolders::word)
                .collect(Collectors.joining(" "));
        lines.add(
            "{\"text\":\"%s %s\",\"label\":\"%s\"}"
                .formatted(word(8 + 3 * shift + label), words, labels.charAt(label)));
      }
      Files.write(folder.resolve(split + ".jsonl"), lines);
    }
    return folder;
  }

  private static String word(int id) {
    return "word" + (char) ('a' + id / 26) + (char) ('a' + id % 26);
  }

  /** Three domains of their own labels and different sizes. */
  static Domains three(Path temporary) throws IOException {
    return Domains.read(
        List.of(
            write(temporary.resolve("cars"), 0, "abc", 24),
            write(temporary.resolve("boats"), 1, "def", 30),
            write(temporary.resolve("planes"), 2, "ghi", 18)));
  }

  static DomainSetSettings settings(Weighting weighting, HeadChoice heads) {
    return settings(MethodCatalogue.create("lora", Map.of("rank", "2")), weighting, heads);
  }

  static DomainSetSettings settings(AdapterMethod method, Weighting weighting, HeadChoice heads) {
    LoopConfig loop =
        LoopConfig.DEFAULT
            .withEpochs(2)
            .withOptimizer(new AdamWConfig(1e-2, 0.9, 0.999, 1e-8, 0.01));
    return new DomainSetSettings(
        new TuneSettings(method, loop, new TextOptions(Pooling.MEAN, 16, DType.F32), 8, false),
        weighting,
        DomainSetSettings.DEFAULT_TEMPERATURE,
        heads);
  }

  static DomainRows rows(Domains domains, Path temporary) {
    try (var base =
        TextBase.open(TinyBase.folder(temporary).toString(), DType.F32, FetchListener.SILENT)) {
      return new DomainRows(domains, base.reader(), 16);
    }
  }
}
