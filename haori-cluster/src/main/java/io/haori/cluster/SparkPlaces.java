package io.haori.cluster;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.training.work.WorkPlace;
import io.haori.training.work.WorkPlaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/** Opens Spark by the address of its master. What it finds in {@code spark.*} properties counts. */
public final class SparkPlaces implements WorkPlaces {
  private static final int PATIENCE_MILLIS = 5000;
  private static final String SPARK = "spark://";
  private static final String LOCAL = "local";

  /** What Spark calls an application that its master has given no name. */
  private static final String UNREGISTERED = "spark-application-";

  @Override
  public WorkPlace start(String address, String store, int threads) {
    boolean local = address.equals(LOCAL) || address.startsWith(LOCAL + "[");
    require(
        local || address.matches("(spark|k8s)://.+|yarn"),
        "on",
        "local[N], spark://HOST:PORT, yarn or k8s://URL",
        address);
    require(
        local || !store.isEmpty(),
        "store",
        "a folder or URI that all machines of " + address + " see",
        "nothing");
    if (address.startsWith(SPARK)) {
      requireReachable(address);
    }
    Path temporary = null;
    try {
      String place = store.isEmpty() ? store : SharedStore.absolute(store);
      if (place.isEmpty()) {
        temporary = Files.createTempDirectory("haori-store-");
        place = temporary.toString();
      }
      SparkConf conf = new SparkSettings(address, local, threads).conf();
      JavaSparkContext context = context(conf, address);
      requireRegistered(context, address);
      return new SparkPlace(context, place, threads, local, temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      if (temporary != null) {
        AtomicFiles.delete(temporary);
      }
      throw e;
    }
  }

  /** Any of the masters: there may be several, of which one is active. */
  private static void requireReachable(String address) {
    String cause = "";
    for (String master : address.substring(SPARK.length()).split(",", -1)) {
      try (Socket socket = new Socket()) {
        URI uri = URI.create(SPARK + master);
        require(
            uri.getHost() != null && uri.getPort() > 0,
            "on",
            "of the form spark://HOST:PORT",
            address);
        socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), PATIENCE_MILLIS);
        return;
      } catch (IOException | IllegalArgumentException e) {
        cause = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
      }
    }
    throw new UserError("no master of Spark answers at " + address + " (" + cause + ")");
  }

  /** Something that is no master takes Spark's messages and never answers, for a minute. */
  private static void requireRegistered(JavaSparkContext context, String address) {
    if (address.startsWith(SPARK) && context.sc().applicationId().startsWith(UNREGISTERED)) {
      context.close();
      throw new UserError(
          "no master of Spark answers at " + address + " (what listens there is another program)");
    }
  }

  private static JavaSparkContext context(SparkConf conf, String address) {
    try {
      return new JavaSparkContext(conf);
    } catch (RuntimeException e) {
      throw new UserError("Spark cannot be started on " + address + " (" + sentence(e) + ")", e);
    } catch (Exception e) {
      // Scala throws checked exceptions without declaring them.
      if (e instanceof SparkException) {
        throw new UserError("Spark cannot be started on " + address + " (" + sentence(e) + ")", e);
      }
      throw e;
    }
  }

  /** The first line of what went wrong. */
  static String sentence(Throwable failure) {
    String message = Objects.requireNonNullElse(failure.getMessage(), "");
    return message.lines().findFirst().orElse(failure.getClass().getSimpleName());
  }
}
