package io.haori.cluster;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Where Haori's jars are: {@code haori-cli.jar} and what its manifest names, with this module's.
 * Looked for beside this module's jar, where the zip has it, then where Maven builds it; the system
 * property {@code haori.jars} names them all instead.
 *
 * @param all files, this module's own first
 */
record HaoriJars(List<Path> all) {
  /** Names all jars, as a class path does. */
  static final String PROPERTY = "haori.jars";

  private static final String CLI = "haori-cli.jar";

  HaoriJars {
    all = List.copyOf(all);
  }

  /** Those of this process. */
  static HaoriJars find() throws IOException {
    String named = System.getProperty(PROPERTY, "");
    if (!named.isEmpty()) {
      List<Path> jars = new ArrayList<>();
      for (String jar : named.split(File.pathSeparator, -1)) {
        jars.add(Path.of(jar));
      }
      return of(jars);
    }
    Path own = own();
    Path folder = own.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder around " + own);
    }
    for (Path cli :
        List.of(
            folder.resolve(CLI),
            folder
                .resolve("..")
                .resolve("..")
                .resolve("haori-cli")
                .resolve("target")
                .resolve(CLI))) {
      if (Files.exists(cli)) {
        List<Path> jars = new ArrayList<>(List.of(own));
        jars.addAll(withClassPath(cli.normalize()));
        return of(jars);
      }
    }
    throw new IOException(CLI + " is not beside " + own);
  }

  private static HaoriJars of(List<Path> jars) {
    Set<Path> kept = new LinkedHashSet<>();
    for (Path jar : jars) {
      Path name = jar.getFileName();
      if (name != null && HaoriClassLoader.loads(name.toString()) && Files.exists(jar)) {
        kept.add(jar.toAbsolutePath().normalize());
      }
    }
    return new HaoriJars(List.copyOf(kept));
  }

  private static Path own() throws IOException {
    try {
      return Path.of(HaoriJars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static List<Path> withClassPath(Path jar) throws IOException {
    List<Path> all = new ArrayList<>(List.of(jar));
    try (JarFile file = new JarFile(jar.toFile())) {
      @Nullable Manifest manifest = file.getManifest();
      String names =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (names != null) {
        for (String name : names.trim().split("\\s+", -1)) {
          all.add(Path.of(jar.toUri().resolve(URI.create(name))));
        }
      }
    }
    return all;
  }

  List<URL> urls() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : all) {
      urls.add(jar.toUri().toURL());
    }
    return urls;
  }
}
