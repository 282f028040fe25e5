package io.haori.spring.ai;

import io.haori.core.text.Embedder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/** Vectors of texts and documents for vector stores. Any number of threads may use one. */
public final class HaoriEmbeddingModel implements EmbeddingModel {
  private final Embedder embedder;

  /**
   * A model of Spring AI.
   *
   * @param embedder makes the vectors; stays with its owner
   */
  public HaoriEmbeddingModel(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    List<Embedding> embeddings = new ArrayList<>();
    for (float[] vector : embedder.embed(request.getInstructions())) {
      embeddings.add(new Embedding(vector, embeddings.size()));
    }
    return new EmbeddingResponse(embeddings);
  }

  @Override
  public float[] embed(Document document) {
    return embedder.embed(Objects.requireNonNullElse(document.getText(), ""));
  }

  @Override
  public int dimensions() {
    return embedder.width();
  }
}
