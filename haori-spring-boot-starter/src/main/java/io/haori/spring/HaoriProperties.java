package io.haori.spring;

import static io.haori.core.check.Check.require;

import io.haori.client.ClientSettings;
import io.haori.client.RetryPolicy;
import io.haori.core.check.UserError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What can be chosen, as {@code haori.*}: a server, or a model in the process.
 *
 * @param server which server is asked; null for none
 * @param local a model in the process; null for none
 * @param model what the server answers with, for example {@code tickets@live}; null where no
 *     classifier is wanted
 * @param embeddingModel what makes vectors: a module or a base of the server; null for that of
 *     {@code model}
 */
@ConfigurationProperties("haori")
public record HaoriProperties(
    @Nullable Server server,
    @Nullable Local local,
    @Nullable String model,
    @Nullable String embeddingModel) {
  /** Checks that there is one place to compute. */
  public HaoriProperties {
    require(
        server == null || local == null,
        "haori.local",
        "left out with haori.server",
        local == null ? "" : local.adapter());
    if (server != null && model == null && embeddingModel == null) {
      throw new UserError(
          "haori.model or haori.embedding-model must be given with haori.server, got neither");
    }
  }

  /**
   * Which server is asked.
   *
   * @param url of it, for example {@code https://haori.example:8443}
   * @param token of its registry; null for none
   * @param trusted certificates in PEM in place of those of the JDK; null for these
   * @param timeout for one attempt; null for the client's usual one
   * @param attempts of a request at most; null for the client's usual ones
   */
  public record Server(
      String url,
      @Nullable String token,
      @Nullable Path trusted,
      @Nullable Duration timeout,
      @Nullable Integer attempts) {
    /** As the client has it. */
    public ClientSettings settings() {
      ClientSettings usual =
          ClientSettings.of(Objects.requireNonNullElse(url, ""))
              .withToken(token == null || token.isBlank() ? null : token)
              .withTrusted(trusted);
      RetryPolicy retry = usual.retry();
      if (attempts != null) {
        retry = new RetryPolicy(attempts, retry.first(), retry.longest());
      }
      return usual.withTimeout(timeout == null ? usual.timeout() : timeout).withRetry(retry);
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "Server[" + url + "]";
    }
  }

  /**
   * A model in the process.
   *
   * @param adapter folder, from {@code haori tune} or of PEFT
   * @param base name or folder; null for what the adapter says
   */
  public record Local(Path adapter, @Nullable String base) {}

  /** What the server classifies with; null for nothing. */
  @Nullable String classifierModel() {
    return model;
  }

  /** What the server makes vectors with. */
  String vectorModel() {
    return Objects.requireNonNull(embeddingModel == null ? model : embeddingModel);
  }
}
