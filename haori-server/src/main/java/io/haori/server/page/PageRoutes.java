package io.haori.server.page;

import io.haori.registry.Registry;
import io.haori.server.api.Admission;
import io.haori.server.auth.Callers;
import io.haori.server.engine.BaseEngines;
import io.haori.server.page.render.Templates;
import io.haori.server.page.screen.AuditScreen;
import io.haori.server.page.screen.ModuleScreen;
import io.haori.server.page.screen.ModulesScreen;
import io.haori.server.page.screen.OverviewScreen;
import io.haori.server.page.screen.SignInScreen;
import io.haori.server.page.screen.TryScreen;
import io.haori.server.page.screen.VersionScreen;
import io.haori.server.page.screen.Visits;
import io.haori.server.page.session.FailedSignIns;
import io.haori.server.page.session.Sessions;
import io.haori.server.page.session.SignInLink;
import io.haori.server.settings.ServerSettings;
import io.haori.server.watch.RegistryWatch;
import io.javalin.config.RoutesConfig;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Which address of the web page shows what. */
public final class PageRoutes {
  private final SignInLink link;
  private final Visits visits;
  private final SignInScreen signIn;
  private final OverviewScreen overview;
  private final ModulesScreen modules;
  private final ModuleScreen module;
  private final VersionScreen version;
  private final TryScreen trying;
  private final AuditScreen audit = new AuditScreen();

  /**
   * The page of one server.
   *
   * @param settings of it
   * @param registry whose modules are shown and changed
   * @param watch what names mean
   * @param engines compute
   * @param callers what people may do
   * @param admission bounds what waits
   * @param random makes cookies
   * @param clock ends sessions
   */
  public PageRoutes(
      ServerSettings settings,
      Registry registry,
      RegistryWatch watch,
      BaseEngines engines,
      Callers callers,
      Admission admission,
      SecureRandom random,
      InstantSource clock) {
    link = new SignInLink(random);
    boolean secure = settings.certificate() != null || settings.behindProxy();
    visits = new Visits(new Sessions(random, clock), callers, registry, new Templates(), secure);
    signIn =
        new SignInScreen(
            visits, callers, link, new FailedSignIns(clock), registry.location().isPostgres());
    overview = new OverviewScreen(watch, engines, clock);
    modules = new ModulesScreen(watch);
    module = new ModuleScreen(watch, engines);
    version = new VersionScreen(watch, engines);
    trying = new TryScreen(watch, engines, admission, settings.limits());
  }

  /** The address, after that of the server, that signs the operator in once. */
  public String signInPath() {
    return "/sign-in?token=" + link.secret();
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    new Assets().addTo(routes);
    routes.get("/sign-in", visits.open(signIn::show));
    routes.post("/sign-in", visits.open(signIn::signIn));
    routes.post("/sign-out", visits.form(signIn::signOut));
    routes.get("/", visits.page(overview::show));
    routes.get("/modules", visits.page(modules::show));
    routes.get("/modules/{name}", visits.page(module::show));
    routes.post("/modules/{name}/roll-back", visits.form(module::rollBack));
    routes.post("/modules/{name}/withdraw", visits.form(module::withdraw));
    routes.get("/modules/{name}/{version}", visits.page(version::show));
    routes.get("/modules/{name}/{version}/compare", visits.page(version::compare));
    routes.post("/modules/{name}/{version}/approve", visits.form(version::approve));
    routes.post("/modules/{name}/{version}/go-live", visits.form(version::goLive));
    routes.post("/modules/{name}/{version}/retire", visits.form(version::retire));
    routes.get("/try", visits.page(trying::show));
    routes.post("/try", visits.form(trying::answer));
    routes.get("/audit", visits.page(audit::show));
    routes.post("/audit/verify", visits.form(audit::verify));
  }
}
