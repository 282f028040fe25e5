package io.haori.spring.ai;

import io.haori.core.text.Embedder;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** An embedding model of Spring AI, where the application has it and no other one. */
@AutoConfiguration(
    afterName = {
      "io.haori.spring.HaoriServerAutoConfiguration",
      "io.haori.spring.HaoriLocalAutoConfiguration"
    })
@ConditionalOnClass(EmbeddingModel.class)
public class HaoriSpringAiAutoConfiguration {
  /** Vectors of the application's embedder. */
  @Bean
  @ConditionalOnBean(Embedder.class)
  @ConditionalOnMissingBean(EmbeddingModel.class)
  HaoriEmbeddingModel haoriEmbeddingModel(Embedder embedder) {
    return new HaoriEmbeddingModel(embedder);
  }
}
