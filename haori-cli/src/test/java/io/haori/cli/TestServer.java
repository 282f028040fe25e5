package io.haori.cli;

import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.HaoriServer;
import io.haori.server.settings.ServerSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;

/**
 * A server in this process with a registry of its own, whose admin is anna.
 *
 * @param registry of the server
 * @param server that is asked
 */
record TestServer(Registry registry, HaoriServer server) implements AutoCloseable {
  /**
   * Starts one on any free port.
   *
   * @param folder of the registry
   * @param settings of the server
   * @param bases that it serves
   */
  static TestServer start(Path folder, ServerSettings settings, Path... bases) {
    Registry registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(folder),
            new Credentials("anna", null, null),
            InstantSource.system());
    HaoriServer server =
        HaoriServer.start(
            settings.withPort(0),
            registry,
            Stream.of(bases)
                .map(one -> TextBase.open(one.toString(), DType.F32, FetchListener.SILENT))
                .toList(),
            DType.F32);
    return new TestServer(registry, server);
  }

  String url() {
    return server.url();
  }

  @Override
  public void close() {
    server.close();
    registry.close();
  }
}
