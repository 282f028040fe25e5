package io.haori.core.text;

import java.util.List;

/** Says of texts what they are. Any number of threads may ask one. */
public interface Classifier {
  /**
   * Classifies texts together, which is faster than one after another.
   *
   * @param texts none blank; none at all gives an empty list
   * @return one answer a text, in their order
   */
  List<Classification> classify(List<String> texts);

  /**
   * Classifies one text.
   *
   * @param text not blank
   */
  default Classification classify(String text) {
    return classify(List.of(text)).get(0);
  }

  /** What answers, for logs and health checks, for example {@code food@live}. */
  String name();
}
