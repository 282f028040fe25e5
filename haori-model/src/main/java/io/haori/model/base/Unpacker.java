package io.haori.model.base;

import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.model.base.PublishedBase.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** Copies the parts of one base out of its artefact, checking length and digest of each. */
final class Unpacker {
  private static final int CHUNK = 1 << 16;

  private final PublishedBase base;
  private final String source;
  private final Entries entries;
  private final Path into;
  private final FetchListener listener;
  private final long total;
  private long done;

  /** Opens entries of an artefact. */
  @FunctionalInterface
  interface Entries {
    /** The content of an entry, or null when there is none of that name. */
    @Nullable InputStream open(String entry) throws IOException;
  }

  /**
   * Everything about one unpacking.
   *
   * @param base what to unpack
   * @param source where from, for messages
   * @param entries of the artefact
   * @param into an empty folder
   * @param listener hears how far it is
   */
  Unpacker(PublishedBase base, String source, Entries entries, Path into, FetchListener listener) {
    this.base = base;
    this.source = source;
    this.entries = entries;
    this.into = into;
    this.listener = listener;
    this.total = base.parts().stream().mapToLong(Part::bytes).sum();
  }

  void unpack() throws IOException {
    Map<String, Part> missing = new HashMap<>();
    base.parts().forEach(part -> missing.put(part.entry(), part));
    if (base.innerZip() == null) {
      for (Part part : base.parts()) {
        try (InputStream in = entries.open(part.entry())) {
          if (in != null) {
            copy(part, in);
            missing.remove(part.entry());
          }
        }
      }
    } else {
      try (InputStream in = entries.open(base.innerZip())) {
        if (in != null) {
          unpackInner(new ZipInputStream(in), missing);
        }
      }
    }
    if (!missing.isEmpty()) {
      throw new UserError(source + ": must have the entries " + missing.keySet());
    }
  }

  private void unpackInner(ZipInputStream zip, Map<String, Part> missing) throws IOException {
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      Part part = missing.remove(entry.getName());
      if (part != null) {
        copy(part, zip);
      }
    }
  }

  private void copy(Part part, InputStream in) throws IOException {
    Sha256 digest = Sha256.start();
    byte[] chunk = new byte[CHUNK];
    long copied = 0;
    try (OutputStream out = Files.newOutputStream(into.resolve(part.file()))) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        copied += read;
        if (copied > part.bytes()) {
          break;
        }
        digest.update(chunk, 0, read);
        out.write(chunk, 0, read);
        done += read;
        listener.fetched("unpacking " + base.name(), done, total);
      }
    }
    String hex = digest.hex();
    if (copied != part.bytes() || !hex.equals(part.sha256())) {
      String what = source + ": " + part.entry() + " must have the SHA-256 " + part.sha256();
      throw new UserError(what + ", got " + hex + "; delete the file and try again");
    }
  }
}
