package io.haori.cluster;

import java.io.File;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The command line on Spark's class path, for the launcher and for {@code spark-submit}:
 *
 * <pre>{@code
 * spark-submit --master spark://host:7077 --class io.haori.cluster.HaoriJob haori-cluster.jar \
 *     pretrain --corpus food=food.txt --out modules --store hdfs:///haori
 * }</pre>
 *
 * <p>Spark's libraries are those of its distribution; Haori's are loaded in front of them by a
 * class loader of their own, so that neither meets the other's versions.
 */
public final class HaoriJob {
  private static final String MASTER = "spark.master";
  private static final String ON = "--on";
  private static final String LOG = "log4j2.configurationFile";

  private HaoriJob() {}

  /**
   * Runs one command in this process and ends it.
   *
   * @param arguments as the command line has them; {@code --on} may be left out where {@code
   *     spark-submit} has named the master
   * @throws Throwable what the command line does not handle itself
   */
  public static void main(String[] arguments) throws Throwable {
    if (System.getProperty(LOG) == null && System.getProperty(MASTER) == null) {
      // Spark reports each of its steps on stderr, where the progress is.
      System.setProperty(LOG, "io/haori/cluster/quiet-log4j2.properties");
    }
    HaoriJars jars = HaoriJars.find();
    System.setProperty(
        HaoriJars.PROPERTY,
        jars.all().stream().map(Object::toString).collect(Collectors.joining(File.pathSeparator)));
    ClassLoader loader = new HaoriClassLoader(jars.urls(), HaoriJob.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    Class<?> program = Class.forName("io.haori.cli.Main", true, loader);
    MethodHandles.publicLookup()
        .findStatic(program, "main", MethodType.methodType(void.class, String[].class))
        .invoke(withMaster(arguments));
  }

  private static String[] withMaster(String[] arguments) {
    String master = System.getProperty(MASTER, "");
    boolean named =
        Arrays.stream(arguments).anyMatch(one -> one.equals(ON) || one.startsWith(ON + "="));
    if (master.isEmpty() || named) {
      return arguments;
    }
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = ON + "=" + master;
    return all;
  }
}
