package io.haori.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.haori.core.text.Embedder;
import java.util.List;

/**
 * Vectors of text segments, for embedding stores and retrieval. Any number of threads may use one.
 */
public final class HaoriEmbeddingModel implements EmbeddingModel {
  private final Embedder embedder;

  /**
   * A model of LangChain4j.
   *
   * @param embedder makes the vectors; stays with its owner
   */
  public HaoriEmbeddingModel(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    List<String> texts = segments.stream().map(TextSegment::text).toList();
    return Response.from(embedder.embed(texts).stream().map(Embedding::from).toList());
  }

  @Override
  public int dimension() {
    return embedder.width();
  }

  @Override
  public String modelName() {
    return embedder.name();
  }
}
