package io.haori.spring;

import io.haori.client.Asked;
import io.haori.client.HaoriClient;
import io.haori.core.text.Classifier;
import io.haori.core.text.Embedder;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** A classifier and an embedder of a server, where {@code haori.server.url} is given. */
@AutoConfiguration(after = HaoriMetricsAutoConfiguration.class)
@ConditionalOnProperty("haori.server.url")
@EnableConfigurationProperties(HaoriProperties.class)
public class HaoriServerAutoConfiguration {
  /** Asks the server. */
  @Bean
  @ConditionalOnMissingBean
  HaoriClient haoriClient(HaoriProperties properties) {
    return new HaoriClient(Objects.requireNonNull(properties.server()).settings());
  }

  /** The model of {@code haori.model}. */
  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty("haori.model")
  Classifier haoriClassifier(
      HaoriClient client, HaoriProperties properties, ObjectProvider<Metering> metering) {
    String model = Objects.requireNonNull(properties.classifierModel());
    return metering.getIfAvailable(() -> Metering.NONE).of(client.classifier(Asked.model(model)));
  }

  /** The vectors of {@code haori.embedding-model}, else of {@code haori.model}. */
  @Bean
  @ConditionalOnMissingBean
  Embedder haoriEmbedder(
      HaoriClient client, HaoriProperties properties, ObjectProvider<Metering> metering) {
    return metering
        .getIfAvailable(() -> Metering.NONE)
        .of(client.embedder(properties.vectorModel()));
  }
}
