package io.haori.server.api;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code GET /openapi.json}: what can be asked, for programs that make clients of it. */
public final class OpenApiRoute {
  private static final String FILE = "openapi.json";

  private final byte[] document = read();

  /** Reads the document. */
  public OpenApiRoute() {}

  private static byte[] read() {
    try (InputStream in = OpenApiRoute.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not beside this class");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds the route, which nobody needs a role for. */
  public void addTo(RoutesConfig routes) {
    routes.get(
        "/openapi.json", context -> context.contentType("application/json").result(document));
  }
}
