package io.haori.cluster;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Loads Haori's classes and libraries in front of Spark's: each finds the versions that it was
 * tested with. What both hand to each other, Spark's own classes and the log's, is Spark's.
 */
final class HaoriClassLoader extends URLClassLoader {
  /** Jars that are left to Spark, so that there is one log. */
  private static final List<String> OF_SPARK =
      List.of("slf4j-api-", "logback-", "log4j-", "jcl-over-slf4j-", "jul-to-slf4j-");

  private static final String SERVICES = "META-INF/services/";

  static {
    registerAsParallelCapable();
  }

  HaoriClassLoader(List<URL> jars, ClassLoader spark) {
    super("haori", jars.toArray(URL[]::new), spark);
  }

  /** Whether a jar of Haori's belongs to it, by its file's name. */
  static boolean loads(String jar) {
    return OF_SPARK.stream().noneMatch(jar::startsWith);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      if (found == null) {
        found = find(name);
      }
      if (resolve) {
        resolveClass(found);
      }
      return found;
    }
  }

  private Class<?> find(String name) throws ClassNotFoundException {
    if (!name.startsWith("java.")) {
      try {
        return findClass(name);
      } catch (ClassNotFoundException e) {
        // Spark's or the JDK's.
      }
    }
    return getParent().loadClass(name);
  }

  @Override
  public URL getResource(String name) {
    URL found = findResource(name);
    return found == null ? getParent().getResource(name) : found;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    List<URL> all = Collections.list(findResources(name));
    // A service of Spark's libraries would not fit the interface that Haori's libraries have.
    if (all.isEmpty() || !name.startsWith(SERVICES)) {
      all.addAll(Collections.list(getParent().getResources(name)));
    }
    return Collections.enumeration(all);
  }
}
