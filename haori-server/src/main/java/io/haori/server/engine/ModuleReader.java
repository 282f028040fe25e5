package io.haori.server.engine;

import io.haori.adapter.peft.PeftAdapter;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.folder.ModuleTensors;
import io.haori.inference.live.LivePart;
import io.haori.inference.model.TextBase;
import io.haori.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files of a version into memory. */
final class ModuleReader {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleReader.class);
  private static final String TEMPORARY = "haori-server-";

  private final TextBase base;
  private final DType precision;

  ModuleReader(TextBase base, DType precision) {
    this.base = base;
    this.precision = precision;
  }

  /**
   * Reads a version.
   *
   * @param module on this base
   * @return owned by the caller
   * @throws UserError in the words of the module, without the folder that it was written to
   */
  LivePart read(ServedModule module) {
    return inTemporary(
        module, files -> read(files, module.headLabels()).labelled(module.id().key()));
  }

  /**
   * Writes the files of a version out for a moment.
   *
   * @param module which one
   * @param reading of the folder, which is gone afterwards
   * @param <T> what it gives
   * @throws UserError in the words of the module, without the folder that it was written to
   */
  static <T> T inTemporary(ServedModule module, Function<Path, T> reading) {
    Path folder = temporary();
    try {
      Path files = folder.resolve(module.id().module());
      module.files().writeTo(files);
      return reading.apply(files);
    } catch (UserError e) {
      String sentence = Objects.requireNonNullElse(e.getMessage(), "");
      throw new UserError(sentence.replace(folder + folder.getFileSystem().getSeparator(), ""), e);
    } finally {
      AtomicFiles.delete(folder);
    }
  }

  private LivePart read(Path folder, List<String> labels) {
    // Reading it would put its weights into the base that all other modules sit on.
    ModuleTensors.requireOnSharedBase(folder);
    if (!AdapterFolder.hasHead(folder)) {
      PeftAdapter adapter = ModuleTensors.read(folder, base);
      adapter.headTensors().values().forEach(Tensor::close);
      return LivePart.of(adapter.module());
    }
    HaoriJson json = AdapterFolder.describe(folder, base.name(), labels);
    json.onOther(base.precision())
        .ifPresent(other -> LOG.warn("{}", other.words(folder.getFileName().toString())));
    return LivePart.of(AdapterFolder.load(folder, base, labels, precision));
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory(TEMPORARY);
    } catch (IOException e) {
      throw FileFailures.unwritable(Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }
}
