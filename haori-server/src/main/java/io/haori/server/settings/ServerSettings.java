package io.haori.server.settings;

import static io.haori.core.check.Check.require;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is chosen for a server.
 *
 * @param host the address that it listens on
 * @param port from 1 to 65535, or 0 for any that is free
 * @param behindProxy whether something in front of it speaks TLS
 * @param certificate of the server with its key; null for plain HTTP
 * @param moduleMemory bytes that modules may take in memory
 * @param pinned modules that are loaded at the start and stay, as {@code food@live}
 * @param adapters folder under which adapters may be loaded by path; null for none
 * @param limits bounds of requests
 * @param work how data are taken and jobs are run; null for a server that answers only
 * @param watch how what is served is watched
 */
public record ServerSettings(
    String host,
    int port,
    boolean behindProxy,
    @Nullable Certificate certificate,
    long moduleMemory,
    List<String> pinned,
    @Nullable Path adapters,
    Limits limits,
    @Nullable WorkSettings work,
    WatchSettings watch) {
  public static final String DEFAULT_HOST = "127.0.0.1";
  public static final int DEFAULT_PORT = 8080;

  /** In megabytes. */
  public static final int DEFAULT_MODULE_MEMORY = 1_024;

  private static final long MEGABYTE = 1 << 20;

  /**
   * Files of a certificate.
   *
   * @param chain PEM, the server's own certificate first
   * @param key PEM, PKCS #8 without a password
   */
  public record Certificate(Path chain, Path key) {}

  /** Checks the bounds. */
  public ServerSettings {
    require(!host.isBlank(), "host", "an address of this machine", "nothing");
    require(port >= 0 && port <= 65_535, "port", "in [0, 65535]", port);
    require(moduleMemory >= 1, "moduleMemory", "at least 1", moduleMemory);
    pinned = List.copyOf(pinned);
  }

  /** On this machine alone, on the usual port, with the usual bounds. */
  public static ServerSettings usual() {
    return new ServerSettings(
        DEFAULT_HOST,
        DEFAULT_PORT,
        false,
        null,
        DEFAULT_MODULE_MEMORY * MEGABYTE,
        List.of(),
        null,
        Limits.DEFAULT,
        null,
        WatchSettings.DEFAULT);
  }

  /** The same on another port. */
  public ServerSettings withPort(int newPort) {
    return new ServerSettings(
        host,
        newPort,
        behindProxy,
        certificate,
        moduleMemory,
        pinned,
        adapters,
        limits,
        work,
        watch);
  }

  /** The same with other bounds. */
  public ServerSettings withLimits(Limits newLimits) {
    return new ServerSettings(
        host,
        port,
        behindProxy,
        certificate,
        moduleMemory,
        pinned,
        adapters,
        newLimits,
        work,
        watch);
  }

  /** The same with another bound on the memory of modules, in bytes. */
  public ServerSettings withModuleMemory(long newModuleMemory) {
    return new ServerSettings(
        host,
        port,
        behindProxy,
        certificate,
        newModuleMemory,
        pinned,
        adapters,
        limits,
        work,
        watch);
  }

  /** The same with other modules that stay in memory. */
  public ServerSettings withPinned(List<String> newPinned) {
    return new ServerSettings(
        host,
        port,
        behindProxy,
        certificate,
        moduleMemory,
        newPinned,
        adapters,
        limits,
        work,
        watch);
  }

  /** The same with another folder of adapters. */
  public ServerSettings withAdapters(Path newAdapters) {
    return new ServerSettings(
        host,
        port,
        behindProxy,
        certificate,
        moduleMemory,
        pinned,
        newAdapters,
        limits,
        work,
        watch);
  }

  /** The same with data and jobs. */
  public ServerSettings withWork(@Nullable WorkSettings newWork) {
    return new ServerSettings(
        host,
        port,
        behindProxy,
        certificate,
        moduleMemory,
        pinned,
        adapters,
        limits,
        newWork,
        watch);
  }

  /** The same watched otherwise. */
  public ServerSettings withWatch(WatchSettings newWatch) {
    return new ServerSettings(
        host,
        port,
        behindProxy,
        certificate,
        moduleMemory,
        pinned,
        adapters,
        limits,
        work,
        newWatch);
  }
}
