package io.haori.cli.serve;

import static io.haori.core.check.Check.require;

import io.haori.core.check.UserError;
import io.haori.server.settings.Limits;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.ServerSettings.Certificate;
import io.haori.server.settings.WatchSettings;
import io.haori.server.settings.WorkSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where and how a server listens, and what it may take. */
final class ServerOptions {
  private static final long MEGABYTE = 1 << 20;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = ServerSettings.DEFAULT_HOST,
      description =
          "The address to listen on (default: ${DEFAULT-VALUE}, which this machine alone reaches)."
              + " Another one needs a registry with tokens, and TLS or --behind-proxy.")
  String host;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "" + ServerSettings.DEFAULT_PORT,
      description = "The port; 0 for any that is free (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--behind-proxy",
      description = "Something in front of the server speaks TLS and passes requests on.")
  boolean behindProxy;

  @Option(
      names = "--module-memory",
      paramLabel = "MB",
      defaultValue = "" + ServerSettings.DEFAULT_MODULE_MEMORY,
      description =
          "Memory for modules; those that were not used for longest make room for others (default:"
              + " ${DEFAULT-VALUE}).")
  int moduleMemory;

  @Option(
      names = "--pin",
      paramLabel = "MODULE",
      split = ",",
      description =
          "Modules that are loaded at the start and stay in memory, such as food@live (default:"
              + " none; what is live is loaded at the start as far as there is room).")
  List<String> pin = new ArrayList<>();

  @Option(
      names = "--adapters",
      paramLabel = "DIR",
      description =
          "The folder under which adapters may be loaded by path (default: none, so none may).")
  @Nullable Path adapters;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The server's certificate in PEM, with --tls-key (default: none, plain HTTP).")
  @Nullable Path tlsCert;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The key of --tls-cert in PEM without a password (default: none).")
  @Nullable Path tlsKey;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      defaultValue = WorkSettings.DEFAULT_FOLDER,
      description =
          "The folder for data that people upload and for jobs; each server needs one of its own"
              + " (default: ${DEFAULT-VALUE}).")
  Path work;

  @Option(
      names = "--job-threads",
      paramLabel = "N",
      description =
          "Threads of one operation of a job, which runs beside the requests (default: half of the"
              + " processors).")
  @Nullable Integer jobThreads;

  @Option(
      names = "--upload",
      paramLabel = "MB",
      defaultValue = "" + WorkSettings.DEFAULT_UPLOAD,
      description = "The largest file of data that is taken (default: ${DEFAULT-VALUE}).")
  int upload;

  private WorkSettings work() {
    if (jobThreads != null) {
      require(jobThreads >= 1, "--job-threads", "at least 1", jobThreads);
    }
    require(upload >= 1, "--upload", "at least 1", upload);
    WorkSettings usual = WorkSettings.usual(work, JobProgram.command());
    return usual
        .withThreads(jobThreads == null ? usual.threads() : jobThreads)
        .withBytes(upload * MEGABYTE, usual.totalBytes());
  }

  @Option(
      names = "--drift-interval",
      paramLabel = "MINUTES",
      defaultValue = "" + WatchSettings.DEFAULT_INTERVAL,
      description =
          "How often live texts are compared with those of the evaluation; more often brings more"
              + " alarms without a cause (default: ${DEFAULT-VALUE}, at most one a month).")
  int driftInterval;

  @Option(
      names = "--webhook",
      paramLabel = "URL",
      description = "Is sent alarms as JSON (default: none).")
  @Nullable URI webhook;

  private WatchSettings watch() {
    require(driftInterval >= 1, "--drift-interval", "at least 1", driftInterval);
    return new WatchSettings(Duration.ofMinutes(driftInterval), webhook);
  }

  private @Nullable Certificate certificate() {
    if (tlsCert == null && tlsKey == null) {
      return null;
    }
    if (tlsCert == null || tlsKey == null) {
      throw new UserError(
          (tlsCert == null ? "--tls-cert" : "--tls-key")
              + " must be given with "
              + (tlsCert == null ? "--tls-key" : "--tls-cert")
              + ", got nothing");
    }
    return new Certificate(tlsCert, tlsKey);
  }

  /** What the options say. */
  ServerSettings settings() {
    require(moduleMemory >= 1, "--module-memory", "at least 1", moduleMemory);
    return new ServerSettings(
        host,
        port,
        behindProxy,
        certificate(),
        moduleMemory * MEGABYTE,
        pin,
        adapters,
        Limits.DEFAULT,
        work(),
        watch());
  }
}
