package io.haori.spring;

import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Prediction;
import io.haori.model.base.FetchListener;
import io.haori.testkit.Golden;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An adapter folder with labels on a tiny base, and what it answers. */
final class TinyAdapter {
  static final String TEXT = "wordai wordbc wordcd";

  final Path base;
  final Path folder;
  final Prediction expected;

  TinyAdapter(Path temporary) {
    base = TinyBase.folder(temporary.resolve("base"));
    folder = temporary.resolve("tickets");
    Path golden = Golden.copy("adapters/bert-lora-qv", temporary);
    try (TextBase opened = open();
        TextModel model =
            AdapterFolder.load(golden, opened, List.of("cards", "loans", "fraud"), DType.F32)) {
      AdapterFolder.save(
          folder, model, new Provenance(Map.of(), Map.of(), 1, 1, 1, Map.of(), Map.of()));
      expected = model.predict(TEXT);
    }
  }

  TextBase open() {
    return TextBase.open(base.toString(), DType.F32, FetchListener.SILENT);
  }
}
