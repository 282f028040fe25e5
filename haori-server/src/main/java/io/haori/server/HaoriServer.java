package io.haori.server;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.registry.Registry;
import io.haori.server.api.AnomaliesRoute;
import io.haori.server.api.ClassifyRoute;
import io.haori.server.api.EmbeddingsRoute;
import io.haori.server.api.ExplainRoute;
import io.haori.server.api.HealthRoute;
import io.haori.server.api.LoraRoutes;
import io.haori.server.api.MetricsRoute;
import io.haori.server.api.ModelsRoute;
import io.haori.server.api.OpenApiRoute;
import io.haori.server.api.PreloadRoute;
import io.haori.server.api.ProblemAnswers;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Drain;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Models;
import io.haori.server.api.watch.FeedbackRoute;
import io.haori.server.api.watch.GivenFeedbackRoute;
import io.haori.server.api.watch.TrialsRoute;
import io.haori.server.api.watch.TrueLabels;
import io.haori.server.api.watch.WatchRoute;
import io.haori.server.api.work.DataRoutes;
import io.haori.server.api.work.JobEvents;
import io.haori.server.api.work.JobRoutes;
import io.haori.server.api.work.RoundRoutes;
import io.haori.server.api.write.WritingRoutes;
import io.haori.server.auth.BrowserCheck;
import io.haori.server.auth.Callers;
import io.haori.server.auth.Exposure;
import io.haori.server.auth.Tls;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.JobAccess;
import io.haori.server.job.WorkFolder;
import io.haori.server.local.LocalAdapters;
import io.haori.server.page.Multipart;
import io.haori.server.page.PageRoutes;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.ServerSettings.Certificate;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.SafeMixes;
import io.haori.server.watch.trial.AnswerWatch;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that answers with the modules of a registry. Owns its bases; the registry stays open.
 *
 * <p>What it is made of: {@link RegistryWatch} follows the registry, {@link BaseEngine} computes,
 * the routes of {@code io.haori.server.api} read and answer requests.
 */
public final class HaoriServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HaoriServer.class);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int ANSWERING_THREADS = 2;
  private static final Duration CLOSING = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofSeconds(30);

  private static final Duration DRAIN = Duration.ofSeconds(60);

  private final ServerSettings settings;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ExecutorService loader = threads("haori-loader", 1);
  private final ExecutorService answering = threads("haori-answers", ANSWERING_THREADS);
  private final BaseEngines engines;
  private final Preload preload;
  private final RegistryWatch watch;
  private final Callers callers;
  private final AnswerWatch watching;
  private final LocalAdapters local;
  private final WorkFolder work;
  private final JobEvents events = new JobEvents();
  private final Drain drain = new Drain();
  private final TrueLabels labels;
  private final PageRoutes page;
  private final List<String> programs = new ArrayList<>();
  private final Javalin http;
  private volatile boolean ready;
  private volatile int port;

  private HaoriServer(
      ServerSettings settings, Registry registry, List<TextBase> bases, DType precision) {
    this.settings = settings;
    long memory = settings.moduleMemory() / bases.size();
    List<BaseEngine> all = new ArrayList<>();
    for (TextBase base : bases) {
      all.add(
          new BaseEngine(base, precision, memory, settings.limits(), loader, answering, meters));
    }
    engines = new BaseEngines(all);
    preload = new Preload(engines, settings.pinned(), meters);
    WorkFolder opened = null;
    try {
      local = new LocalAdapters(settings.adapters(), engines);
      opened = WorkFolder.open(settings.work(), registry, InstantSource.system());
      work = opened;
      watch = new RegistryWatch(registry, LOOK, this::prepare);
      watching =
          new AnswerWatch(
              settings.watch(),
              registry,
              watch,
              meters,
              loader,
              InstantSource.system(),
              work.folderOf("windows").orElse(null));
      callers =
          new Callers(registry, () -> watch.directory().wholeSeenAt(), InstantSource.system());
      Admission admission = new Admission(settings.limits(), meters);
      labels = new TrueLabels(registry, watch, engines, callers, watching, settings.limits());
      page =
          new PageRoutes(
              settings,
              registry,
              watch,
              engines,
              watching,
              labels,
              callers,
              admission,
              work,
              events,
              new SecureRandom(),
              InstantSource.system());
      http = Javalin.create(config -> configure(config, registry, admission));
    } catch (RuntimeException e) {
      if (opened != null) {
        opened.close();
      }
      engines.close();
      loader.shutdown();
      answering.shutdown();
      throw e;
    }
  }

  private static ExecutorService threads(String name, int count) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  /** What must be in memory before requests see that the registry has changed. */
  private void prepare(ModuleDirectory before, ModuleDirectory after) {
    callers.expect(after.wholeSeenAt());
    preload.prepare(before, after);
  }

  /**
   * Starts a server and brings into memory what is live, as far as there is room.
   *
   * @param settings what is chosen
   * @param registry whose modules are served; stays open until the server is closed
   * @param bases at least one, taken over, also when this fails
   * @param precision of the activations
   * @throws UserError when it may not listen there, or the port is taken
   */
  public static HaoriServer start(
      ServerSettings settings, Registry registry, List<TextBase> bases, DType precision) {
    try {
      Exposure.require(settings, registry.location());
    } catch (RuntimeException e) {
      bases.forEach(TextBase::close);
      throw e;
    }
    HaoriServer server = new HaoriServer(settings, registry, bases, precision);
    try {
      server.begin();
      return server;
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void configure(JavalinConfig config, Registry registry, Admission admission) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.http.prefer405over404 = true;
    config.jetty.modifyServer(
        jetty -> {
          // Connections are closed first, so that nobody meets a server that is half gone.
          jetty.setStopTimeout(CLOSING.toMillis());
          jetty.addBean(new NetworkConnectionLimit(settings.limits().connections(), jetty));
        });
    Certificate certificate = settings.certificate();
    if (certificate != null) {
      config.jetty.addConnector((jetty, http) -> Tls.connector(jetty, http, settings, certificate));
    }
    config.jetty.modifyHttpConfiguration(
        jetty -> {
          jetty.setSendServerVersion(false);
          Duration deadline = settings.limits().deadline();
          jetty.setIdleTimeout(Math.min(IDLE.toMillis(), deadline.toMillis()));
        });
    Multipart.bound(config.jetty.multipartConfig, settings.work(), settings.limits());
    config.concurrency.useVirtualThreads = Runtime.version().feature() >= 21;
    Exchange exchange = new Exchange(callers);
    SafeMixes safeMixes = new SafeMixes(registry, watch::directory);
    Models models = new Models(watch, engines, callers, local, safeMixes);
    BrowserCheck browsers = new BrowserCheck(settings.host());
    config.routes.before(
        context -> {
          Exchange.begin(context, drain);
          browsers.check(context);
        });
    new ModelsRoute(exchange, models).addTo(config.routes);
    new ClassifyRoute(exchange, models, admission, settings.limits(), watching)
        .addTo(config.routes);
    new EmbeddingsRoute(exchange, models, admission, settings.limits()).addTo(config.routes);
    new ExplainRoute(exchange, models, admission, settings.limits()).addTo(config.routes);
    new AnomaliesRoute(exchange, models, admission, settings.limits(), watching)
        .addTo(config.routes);
    new WritingRoutes(exchange, models, admission, settings.limits(), InstantSource.system())
        .addTo(config.routes);
    new PreloadRoute(exchange, models, admission, settings.limits()).addTo(config.routes);
    new GivenFeedbackRoute(exchange, models, registry, watching).addTo(config.routes);
    new FeedbackRoute(exchange, labels, settings.limits()).addTo(config.routes);
    new TrialsRoute(exchange, registry, watch, watching, settings.limits()).addTo(config.routes);
    new WatchRoute(exchange, models, watching).addTo(config.routes);
    new OpenApiRoute().addTo(config.routes);
    new LoraRoutes(exchange, models, callers, settings.limits()).addTo(config.routes);
    JobAccess access = new JobAccess(callers);
    new JobRoutes(exchange, models, work, access, events, settings.limits()).addTo(config.routes);
    new DataRoutes(exchange, models, work, access).addTo(config.routes);
    new RoundRoutes(exchange, models, work, callers, settings.limits()).addTo(config.routes);
    new MetricsRoute(exchange, meters).addTo(config);
    new HealthRoute(() -> ready, watch::trouble).addTo(config.routes);
    config.unsafe.internalRouter.allHttpHandlers().stream()
        .map(one -> one.endpoint)
        .filter(one -> !one.method.equals(HandlerType.BEFORE))
        .forEach(one -> programs.add(one.method.name() + " " + one.path));
    page.addTo(config.routes);
    ProblemAnswers.addTo(config.routes);
  }

  private void begin() {
    callers.expect(watch.directory().wholeSeenAt());
    preload.begin(watch.directory());
    watch.start();
    watching.start();
    try {
      if (settings.certificate() == null) {
        http.start(settings.host(), settings.port());
      } else {
        http.start();
      }
    } catch (JavalinBindException e) {
      throw new UserError(
          "port must be free on "
              + settings.host()
              + ", got "
              + settings.port()
              + ", which is taken",
          e);
    }
    port = http.port();
    work.start(watch::look);
    ready = true;
  }

  /** Where it listens. */
  public String url() {
    String scheme = settings.certificate() == null ? "http" : "https";
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return scheme + "://" + host + ":" + port;
  }

  /**
   * The link that signs the operator in at the web page, once; then there is another one. Nothing
   * where other machines reach the server: who comes from there has a token.
   */
  public Optional<String> signInLink() {
    return Exposure.isLoopback(settings.host())
        ? Optional.of(url() + page.signInPath())
        : Optional.empty();
  }

  /** Names of the bases that it has in memory. */
  public Map<String, String> bases() {
    Map<String, String> bases = new LinkedHashMap<>();
    engines.all().forEach(one -> bases.put(one.base().name(), one.base().digest()));
    return bases;
  }

  /** What programs may ask, as {@code GET /v1/models}; the page's routes are not among them. */
  List<String> routes() {
    return List.copyOf(programs);
  }

  /** Looks at the registry now, for one who just changed it and does not want to wait. */
  public void look() {
    watch.look();
  }

  /** Writes and decides now, for one who does not want to wait a second. */
  public void watchNow() {
    watching.turn();
  }

  /** Takes no more requests, answers those under way, and frees all that it has. */
  @Override
  public void close() {
    ready = false;
    work.stop();
    if (!drain.stop(DRAIN)) {
      LOG.warn("Some requests were not answered within {} s", DRAIN.toSeconds());
    }
    stopHttp();
    // Before the folder is another server's: windows are written into it.
    watching.close();
    work.close();
    watch.close();
    stop(loader);
    engines.close();
    stop(answering);
  }

  /**
   * Connections that do not end in time are cut; what is left to be closed is closed all the same.
   */
  private void stopHttp() {
    try {
      http.stop();
    } catch (JavalinException e) {
      LOG.warn("Some connections did not end within {} s and were cut", CLOSING.toSeconds(), e);
    }
  }

  private static void stop(ExecutorService threads) {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("A thread did not end within {} s", DRAIN.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
