package io.haori.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.text.Classification;
import io.haori.core.text.Classifier;
import io.haori.core.text.Embedder;
import io.haori.inference.model.TextModel;
import io.haori.spring.ai.HaoriSpringAiAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Which beans there are, by properties and by what is on the class path. */
final class AutoConfigurationTest {
  @TempDir static Path temporary;
  private static TinyAdapter tiny;

  private final ApplicationContextRunner application =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  HaoriMetricsAutoConfiguration.class,
                  HaoriServerAutoConfiguration.class,
                  HaoriLocalAutoConfiguration.class,
                  HaoriHealthAutoConfiguration.class,
                  HaoriSpringAiAutoConfiguration.class));

  @BeforeAll
  static void make() {
    tiny = new TinyAdapter(temporary);
  }

  private ApplicationContextRunner local() {
    return application.withPropertyValues(
        "haori.local.adapter=" + tiny.folder, "haori.local.base=" + tiny.base);
  }

  @Test
  void anAdapterFolderIsClassifierEmbedderAndSpringAisModelInTheProcess() {
    local()
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context -> {
              Classification answer = context.getBean(Classifier.class).classify(TinyAdapter.TEXT);
              assertThat(answer.label()).isEqualTo(tiny.expected.label());
              Embedder embedder = context.getBean(Embedder.class);
              float[] vector = embedder.embed(TinyAdapter.TEXT);
              EmbeddingModel ai = context.getBean(EmbeddingModel.class);
              assertThat(ai.embed(TinyAdapter.TEXT)).containsExactly(vector);
              assertThat(ai.embed(new Document(TinyAdapter.TEXT))).containsExactly(vector);
              assertThat(ai.embed(List.of("wordai", "wordbb"))).hasSize(2);
              assertThat(ai.dimensions()).isEqualTo(vector.length).isEqualTo(embedder.width());
              assertThat(
                      context
                          .getBean(MeterRegistry.class)
                          .get("haori.requests")
                          .tag("operation", "classify")
                          .tag("outcome", "success")
                          .timer()
                          .count())
                  .isEqualTo(1);
              assertThat(context).doesNotHaveBean(HealthIndicator.class);
            });
  }

  @Test
  void itWorksWithoutMetersHealthAndSpringAi() {
    local()
        .withClassLoader(
            new FilteredClassLoader(
                "io.micrometer", "org.springframework.ai", "org.springframework.boot.actuate"))
        .run(
            context -> {
              assertThat(context).hasSingleBean(Classifier.class).hasSingleBean(Embedder.class);
              assertThat(context.getBean(Classifier.class).name()).isEqualTo("tickets");
            });
  }

  @Test
  void aServerNeedsNoEngineOnTheClassPath() {
    application
        .withClassLoader(new FilteredClassLoader(TextModel.class))
        .withPropertyValues("haori.server.url=http://127.0.0.1:9", "haori.model=tickets@live")
        .run(
            context -> {
              assertThat(context.getBean(Classifier.class).name()).isEqualTo("tickets@live");
              assertThat(context).hasSingleBean(HealthIndicator.class);
              assertThat(context.getBean(HealthIndicator.class).health().getStatus().getCode())
                  .isEqualTo("DOWN");
            });
  }

  @Test
  void nothingIsMadeWithoutProperties() {
    application.run(
        context ->
            assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(Classifier.class)
                .doesNotHaveBean(EmbeddingModel.class));
  }

  @Test
  void anApplicationsOwnBeanComesFirst() {
    Classifier own = new Fixed();
    local()
        .withBean(Classifier.class, () -> own)
        .run(context -> assertThat(context.getBean(Classifier.class)).isSameAs(own));
  }

  private record Fixed() implements Classifier {
    @Override
    public List<Classification> classify(List<String> texts) {
      return List.of();
    }

    @Override
    public String name() {
      return "fixed";
    }
  }

  @Test
  void propertiesThatDoNotFitAreOneSentence() {
    refused(
        "haori.local must be left out with haori.server, got /x",
        "haori.server.url=http://127.0.0.1:9",
        "haori.model=m",
        "haori.local.adapter=/x");
    refused(
        "haori.model or haori.embedding-model must be given with haori.server, got neither",
        "haori.server.url=http://127.0.0.1:9");
    refused(
        "server must be an https address, or on this machine, to send a token to, got http://h",
        "haori.server.url=http://h",
        "haori.model=m",
        "haori.server.token=haori_secret");
    refused(
        "retry.attempts must be in [1, 100], got 0",
        "haori.server.url=http://h",
        "haori.model=m",
        "haori.server.attempts=0");
  }

  private void refused(String sentence, String... properties) {
    application
        .withPropertyValues(properties)
        .run(
            context ->
                assertThat(context)
                    .hasFailed()
                    .getFailure()
                    .rootCause()
                    .hasMessage(sentence)
                    .hasMessageNotContaining("haori_secret"));
  }
}
