package io.haori.model.weights;

import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.core.weights.DType;
import io.haori.core.weights.SafetensorsHeader;
import io.haori.core.weights.WeightFiles;
import io.haori.tensor.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * One safetensors file. Opening it reads and checks the header only; each tensor is read when asked
 * for, straight into native memory.
 */
public final class SafetensorsFile implements Weights {
  private final Path file;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path file, FileChannel channel, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file and checks its header.
   *
   * @param file stays open until {@link #close()}
   * @return its tensors
   * @throws UserError when the file is missing or not a sound safetensors file
   */
  public static SafetensorsFile open(Path file) {
    FileChannel channel = WeightFiles.open(file);
    boolean sound = false;
    try {
      var made = new SafetensorsFile(file, channel, SafetensorsHeader.read(channel, file));
      sound = true;
      return made;
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    } finally {
      if (!sound) {
        WeightFiles.close(channel);
      }
    }
  }

  /** Free strings that the writer left, for example {@code format} = {@code pt}. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(header.tensors().keySet());
  }

  @Override
  public boolean contains(String name) {
    return header.tensors().containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return WeightFiles.find(file, header.tensors(), name).shape();
  }

  @Override
  public DType dtype(String name) {
    return WeightFiles.find(file, header.tensors(), name).dtype();
  }

  @Override
  public Tensor load(String name) {
    return StoredTensors.load(WeightFiles.find(file, header.tensors(), name), channel, file, name);
  }

  @Override
  public void close() {
    WeightFiles.close(channel);
  }
}
