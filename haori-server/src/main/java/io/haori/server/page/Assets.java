package io.haori.server.page;

import io.haori.server.problem.Refused;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Scripts, styles and pictures of the pages: these files and no others, from the class path, so no
 * part of an address comes near a file system.
 */
final class Assets {
  private static final String OURS = "/io/haori/server/page/assets/";
  private static final String WEBJARS = "/META-INF/resources/webjars/";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private record Asset(String resource, String type) {}

  private static final Map<String, Asset> ALL =
      Map.of(
          "page.css", new Asset(OURS + "page.css", "text/css; charset=utf-8"),
          "page.js", new Asset(OURS + "page.js", SCRIPT),
          "haori.svg", new Asset(OURS + "haori.svg", "image/svg+xml"),
          "htmx.js", new Asset(WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js", SCRIPT),
          "echarts.js", new Asset(WEBJARS + "echarts/5.5.0/echarts.min.js", SCRIPT));

  private final Map<String, byte[]> read = new ConcurrentHashMap<>();

  /** Adds the route. */
  void addTo(RoutesConfig routes) {
    routes.get("/assets/{file}", this::answer);
  }

  private void answer(Context context) {
    Asset asset = ALL.get(context.pathParam("file"));
    if (asset == null) {
      throw Refused.absent("Nothing is at " + context.method() + " " + context.path());
    }
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Cache-Control", "max-age=3600");
    context.contentType(asset.type()).result(read.computeIfAbsent(asset.resource(), Assets::bytes));
  }

  private static byte[] bytes(String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
