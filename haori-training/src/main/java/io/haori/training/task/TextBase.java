package io.haori.training.task;

import io.haori.model.base.BaseModel;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.model.text.Tokenizer;
import io.haori.model.transformer.Encoder;
import io.haori.tensor.DType;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import java.util.concurrent.CompletableFuture;

/**
 * A base in memory: its encoder and its tokenizer. Owns both.
 *
 * @param name as the user named it
 * @param digest SHA-256 of its weights
 * @param encoder the encoder
 * @param tokenizer the tokenizer
 */
public record TextBase(String name, String digest, Encoder encoder, Tokenizer tokenizer)
    implements AutoCloseable {
  /**
   * Loads a base.
   *
   * @param name of a known base, or a Hugging Face folder
   * @param dtype type that the weights are kept in
   * @param listener hears of downloads
   */
  public static TextBase open(String name, DType dtype, FetchListener listener) {
    BaseModel files = openBesideEngine(name, listener);
    try (Scope scope = Scope.open()) {
      Encoder encoder = Encoder.load(files.config(), files.weights(), dtype);
      return new TextBase(name, files.digest(), encoder, files.tokenizer());
    } catch (RuntimeException e) {
      files.tokenizer().close();
      throw e;
    } finally {
      files.weights().close();
    }
  }

  /**
   * Opens the files while another thread loads the native libraries: both take some 0.3 s, the
   * digest of a folder's weights more.
   */
  private static BaseModel openBesideEngine(String name, FetchListener listener) {
    CompletableFuture<Void> engine = CompletableFuture.runAsync(Engine::load);
    BaseModel files;
    try {
      files = Bases.open(name, listener);
    } catch (RuntimeException e) {
      // The process must not end while libraries are being loaded.
      engine.join();
      throw e;
    }
    engine.join();
    return files;
  }

  @Override
  public void close() {
    encoder.close();
    tokenizer.close();
  }
}
