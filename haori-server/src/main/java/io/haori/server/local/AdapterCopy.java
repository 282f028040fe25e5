package io.haori.server.local;

import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.registry.store.BlobStore;
import io.haori.registry.version.BaseIdentity;
import io.haori.registry.version.FolderContent;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.StoredFile;
import io.haori.server.engine.VersionFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A copy of an adapter folder, checked as a registry checks what is added to it, so that what is
 * loaded is what the digest was taken of, whoever writes the folder meanwhile.
 */
final class AdapterCopy implements VersionFiles, AutoCloseable {
  private final Path folder;
  private final FolderContent content;

  private AdapterCopy(Path folder, FolderContent content) {
    this.folder = folder;
    this.content = content;
  }

  /**
   * Copies a folder.
   *
   * @param source an adapter's
   * @param base of a PEFT folder, which does not say its digest
   * @throws io.haori.core.check.UserError when it is not complete and sound
   */
  static AdapterCopy of(Path source, BaseIdentity base) {
    // Before anything is copied: pickles, links and damaged tensors are refused here.
    FolderContent found = FolderContent.read(source, base);
    Path folder = null;
    try {
      folder = Files.createTempDirectory("haori-adapter-");
      copy(source, found.files(), folder);
      return new AdapterCopy(folder, FolderContent.read(folder, base));
    } catch (IOException e) {
      delete(folder);
      throw FileFailures.unreadable(source, e);
    } catch (RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  private static void delete(@Nullable Path folder) {
    if (folder != null) {
      AtomicFiles.delete(folder);
    }
  }

  private static void copy(Path from, List<Path> files, Path to) throws IOException {
    for (Path file : files) {
      Path target = to.resolve(file);
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      Files.copy(from.resolve(file), target);
    }
  }

  /** SHA-256 of the weights of its base. */
  String baseDigest() {
    return content.origin().baseDigest();
  }

  /** As a registry would name its content. */
  String digest() {
    List<StoredFile> files = new ArrayList<>();
    for (Path file : content.files()) {
      List<String> parts = new ArrayList<>();
      file.forEach(part -> parts.add(part.toString()));
      files.add(new StoredFile(String.join("/", parts), BlobStore.digest(folder.resolve(file))));
    }
    return ModuleVersion.contentDigest(files);
  }

  @Override
  public void writeTo(Path target) {
    AtomicFiles.writeFolder(target, made -> copy(folder, content.files(), made));
  }

  @Override
  public void close() {
    AtomicFiles.delete(folder);
  }
}
