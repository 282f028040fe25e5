package io.haori.model.base;

import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.model.base.PublishedBase.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BiFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A folder that keeps the parts of published bases unpacked, so that weights are read straight from
 * a file. Each base has a folder of its own, named after the digest of its weights; it appears only
 * when it is complete and every digest is right.
 */
final class BaseCache {
  private final Path root;
  private final BiFunction<PublishedBase, FetchListener, Path> fetcher;

  /**
   * A cache in a folder.
   *
   * @param root made when missing
   * @param fetcher gets the artefact of a base onto this machine
   */
  BaseCache(Path root, BiFunction<PublishedBase, FetchListener, Path> fetcher) {
    this.root = root;
    this.fetcher = fetcher;
  }

  /** The user's own cache, filled through the user's own Maven settings. */
  static BaseCache ofUser() {
    String chosen = System.getProperty("haori.cache");
    Path root =
        chosen == null
            ? Path.of(System.getProperty("user.home"), ".cache", "haori")
            : Path.of(chosen);
    return new BaseCache(root, MavenFetcher::fetch);
  }

  /**
   * The folder with all parts of a base, fetched and unpacked if they are not there yet.
   *
   * @throws UserError when that fails
   */
  Path folder(PublishedBase base, FetchListener listener) {
    Path folder = root.resolve("bases").resolve(base.name() + "-" + base.digest().substring(0, 16));
    if (isComplete(folder, base)) {
      return folder;
    }
    // One process at a time: two that start together must not both fetch and unpack.
    synchronized (BaseCache.class) {
      Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
      try {
        Files.createDirectories(folder.getParent());
        try (FileChannel channel =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var held = channel.lock()) {
          if (!isComplete(folder, base)) {
            AtomicFiles.writeFolder(folder, into -> unpack(base, into, listener));
          }
        }
      } catch (IOException e) {
        String cure = "; choose another folder with -Dhaori.cache=FOLDER";
        throw new UserError(root + ": cannot be used as cache: " + e.getMessage() + cure, e);
      }
    }
    return folder;
  }

  /** Lengths are enough here: the digests were checked before the folder got its name. */
  private static boolean isComplete(Path folder, PublishedBase base) {
    for (Part part : base.parts()) {
      try {
        if (Files.size(folder.resolve(part.file())) != part.bytes()) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private void unpack(PublishedBase base, Path into, FetchListener listener) throws IOException {
    String first = base.innerZip() == null ? base.parts().get(0).entry() : base.innerZip();
    if (BaseCache.class.getResource("/" + first) != null) {
      new Unpacker(base, "class path", BaseCache::resource, into, listener).unpack();
      return;
    }
    Path artefact = fetcher.apply(base, listener);
    try (ZipFile zip = new ZipFile(artefact.toFile())) {
      new Unpacker(base, artefact.toString(), entry -> stream(zip, entry), into, listener).unpack();
    } catch (ZipException e) {
      throw new UserError(artefact + ": is damaged, delete it and try again", e);
    }
  }

  private static @Nullable InputStream resource(String entry) {
    return BaseCache.class.getResourceAsStream("/" + entry);
  }

  private static @Nullable InputStream stream(ZipFile zip, String entry) throws IOException {
    ZipEntry found = zip.getEntry(entry);
    return found == null ? null : zip.getInputStream(found);
  }
}
