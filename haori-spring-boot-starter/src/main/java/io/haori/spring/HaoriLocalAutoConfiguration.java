package io.haori.spring;

import io.haori.core.text.Classifier;
import io.haori.core.text.Embedder;
import io.haori.inference.local.LocalClassifier;
import io.haori.inference.local.LocalEmbedder;
import io.haori.inference.model.TextModel;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** A classifier and an embedder in the process, where {@code haori.local.adapter} is given. */
@AutoConfiguration(after = HaoriMetricsAutoConfiguration.class)
@ConditionalOnClass(TextModel.class)
@ConditionalOnProperty("haori.local.adapter")
@EnableConfigurationProperties(HaoriProperties.class)
public class HaoriLocalAutoConfiguration {
  /** The base with the adapter, loaded at the start. */
  @Bean
  LocalModel haoriLocalModel(HaoriProperties properties) {
    HaoriProperties.Local local = Objects.requireNonNull(properties.local());
    return LocalModel.open(local.adapter(), local.base());
  }

  /** The adapter's own answers. */
  @Bean
  @ConditionalOnMissingBean
  Classifier haoriClassifier(LocalModel local, ObjectProvider<Metering> metering) {
    return metering
        .getIfAvailable(() -> Metering.NONE)
        .of(new LocalClassifier(local.model(), local.name()));
  }

  /** The vectors that the adapter's head reads. */
  @Bean
  @ConditionalOnMissingBean
  Embedder haoriEmbedder(LocalModel local, ObjectProvider<Metering> metering) {
    return metering
        .getIfAvailable(() -> Metering.NONE)
        .of(LocalEmbedder.of(local.model(), local.name()));
  }
}
