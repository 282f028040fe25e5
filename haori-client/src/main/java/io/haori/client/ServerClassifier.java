package io.haori.client;

import io.haori.core.text.Classification;
import io.haori.core.text.Classifier;
import java.util.List;

/** One model of a server. */
record ServerClassifier(HaoriClient client, Asked who) implements Classifier {
  @Override
  public List<Classification> classify(List<String> texts) {
    return Parts.of(texts, part -> client.classify(who, part).rows());
  }

  @Override
  public String name() {
    if (who instanceof Asked.Mix mix) {
      return mix.modules().toString();
    }
    return ((Asked.Model) who).name();
  }
}
