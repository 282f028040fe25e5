package io.haori.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Sends many texts as several requests, each small enough for the server. */
final class Parts {
  /** Texts of one request; a server takes 1,024 unless its settings say otherwise. */
  private static final int TEXTS = 256;

  private Parts() {}

  static <T> List<T> of(List<String> texts, Function<List<String>, List<T>> asking) {
    List<T> answers = new ArrayList<>(texts.size());
    for (int first = 0; first < texts.size(); first += TEXTS) {
      answers.addAll(asking.apply(texts.subList(first, Math.min(first + TEXTS, texts.size()))));
    }
    return answers;
  }
}
