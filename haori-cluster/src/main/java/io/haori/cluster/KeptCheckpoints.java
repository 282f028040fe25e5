package io.haori.cluster;

import io.haori.core.files.FolderZip;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What the members of one run have saved, in the store: {@code checkpoints/<sha256 of the
 * order>/<number>.zip}, of which the one with the highest number counts.
 */
final class KeptCheckpoints {
  private static final String END = ".zip";
  private static final Pattern NAME = Pattern.compile("\\d{1,9}\\.zip");

  private final SharedStore store;
  private final String folder;

  /**
   * Those of a run.
   *
   * @param digest of its order
   */
  KeptCheckpoints(SharedStore store, String digest) {
    this.store = store;
    this.folder = "checkpoints/" + digest;
  }

  /** Number of the newest one; 0 where there is none. */
  int newest() {
    return store.names(folder).stream()
        .filter(name -> NAME.matcher(name).matches())
        .mapToInt(name -> Integer.parseInt(name.substring(0, name.length() - END.length())))
        .max()
        .orElse(0);
  }

  private String file(int number) {
    return folder + "/" + number + END;
  }

  /** Unpacks one into an empty folder. */
  void unpack(int number, Path to) {
    store.unpack(file(number), to);
  }

  /** Keeps what is in a folder as the newest one, and then none before it. */
  void keep(Path from) {
    int before = newest();
    store.put(file(before + 1), out -> FolderZip.write(from, out));
    for (String name : store.names(folder)) {
      if (NAME.matcher(name).matches() && !(folder + "/" + name).equals(file(before + 1))) {
        store.delete(folder + "/" + name);
      }
    }
  }

  /** Deletes all of them. */
  void delete() {
    store.delete(folder);
  }
}
