package io.haori.server.page;

import io.haori.registry.Registry;
import io.haori.server.api.request.Admission;
import io.haori.server.api.watch.TrueLabels;
import io.haori.server.api.work.JobEvents;
import io.haori.server.auth.Callers;
import io.haori.server.engine.BaseEngines;
import io.haori.server.job.JobAccess;
import io.haori.server.job.WorkFolder;
import io.haori.server.page.render.Templates;
import io.haori.server.page.screen.AuditScreen;
import io.haori.server.page.screen.DataScreen;
import io.haori.server.page.screen.FeedbackScreen;
import io.haori.server.page.screen.LabelScreen;
import io.haori.server.page.screen.ModuleScreen;
import io.haori.server.page.screen.ModulesScreen;
import io.haori.server.page.screen.OverviewScreen;
import io.haori.server.page.screen.PeopleScreen;
import io.haori.server.page.screen.PictureScreen;
import io.haori.server.page.screen.RoundsScreen;
import io.haori.server.page.screen.RunsScreen;
import io.haori.server.page.screen.SignInScreen;
import io.haori.server.page.screen.TryScreen;
import io.haori.server.page.screen.Visits;
import io.haori.server.page.screen.decide.CombinationScreen;
import io.haori.server.page.screen.decide.TrialScreen;
import io.haori.server.page.screen.decide.VersionScreen;
import io.haori.server.page.session.FailedSignIns;
import io.haori.server.page.session.SessionCookies;
import io.haori.server.page.session.Sessions;
import io.haori.server.page.session.SignInLink;
import io.haori.server.settings.ServerSettings;
import io.haori.server.watch.RegistryWatch;
import io.haori.server.watch.trial.AnswerWatch;
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
  private final TrialScreen trials;
  private final CombinationScreen combinations;
  private final TryScreen trying;
  private final FeedbackScreen feedback;
  private final DataScreen data;
  private final PictureScreen pictures;
  private final LabelScreen labels;
  private final RunsScreen runs;
  private final RoundsScreen rounds;
  private final AuditScreen audit = new AuditScreen();
  private final PeopleScreen people = new PeopleScreen();
  private final long uploadBytes;
  private final long tryBytes;

  /**
   * The page of one server.
   *
   * @param settings of it
   * @param registry whose modules are shown and changed
   * @param watch what names mean
   * @param engines compute
   * @param watching what is watched of answers
   * @param labels takes feedback
   * @param callers what people may do
   * @param admission bounds what waits
   * @param work keeps data and jobs
   * @param events tell how jobs go
   * @param random makes cookies
   * @param clock ends sessions
   */
  public PageRoutes(
      ServerSettings settings,
      Registry registry,
      RegistryWatch watch,
      BaseEngines engines,
      AnswerWatch watching,
      TrueLabels labels,
      Callers callers,
      Admission admission,
      WorkFolder work,
      JobEvents events,
      SecureRandom random,
      InstantSource clock) {
    link = new SignInLink(random);
    boolean secure = settings.certificate() != null || settings.behindProxy();
    SessionCookies cookies = new SessionCookies(new Sessions(random, clock), callers, secure);
    visits = new Visits(cookies, callers, registry, new Templates());
    signIn =
        new SignInScreen(
            visits, cookies, link, new FailedSignIns(clock), registry.location().isPostgres());
    overview = new OverviewScreen(watch, engines, watching, clock);
    modules = new ModulesScreen(watch);
    module = new ModuleScreen(watch, engines);
    JobAccess access = new JobAccess(callers);
    version = new VersionScreen(watch, engines, work, access);
    trials = new TrialScreen(watch, watching);
    combinations = new CombinationScreen(watch, engines, work, access);
    trying = new TryScreen(watch, engines, admission, watching, settings.limits());
    feedback = new FeedbackScreen(labels);
    data = new DataScreen(work, access, engines, watch);
    pictures = new PictureScreen(work, access, settings.limits());
    this.labels = new LabelScreen(work, access, engines);
    runs = new RunsScreen(work, access, events, watch, engines);
    rounds = new RoundsScreen(work, callers, engines);
    uploadBytes = Multipart.most(settings.work());
    tryBytes = settings.limits().bodyBytes();
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
    routes.get("/modules/{name}/trials", visits.page(trials::show));
    routes.post("/modules/{name}/trials", visits.form(trials::start));
    routes.post("/modules/{name}/trials/{id}/end", visits.form(trials::end));
    routes.post("/modules/{name}/trials/{id}/switch", visits.form(trials::decide));
    routes.get("/combinations", visits.page(combinations::show));
    routes.post("/combinations", visits.form(combinations::measure));
    routes.post("/combinations/rule", visits.form(combinations::rule));
    routes.post("/combinations/rule/drop", visits.form(combinations::dropRule));
    routes.get("/modules/{name}/{version}", visits.page(version::show));
    routes.get("/modules/{name}/{version}/compare", visits.page(version::compare));
    routes.post("/modules/{name}/{version}/approve", visits.form(version::approve));
    routes.post("/modules/{name}/{version}/go-live", visits.form(version::goLive));
    routes.post("/modules/{name}/{version}/retire", visits.form(version::retire));
    routes.get("/try", visits.page(trying::show));
    routes.post("/try", visits.upload(tryBytes, trying::answer));
    routes.post("/try/feedback", visits.form(feedback::take));
    routes.get("/data", visits.page(data::show));
    routes.post("/data", visits.upload(uploadBytes, data::add));
    routes.get("/data/{id}", visits.page(data::showOne));
    routes.post("/data/{id}/delete", visits.form(data::delete));
    routes.get("/data/{id}/picture", visits.page(pictures::show));
    routes.get("/data/{id}/labels", visits.page(labels::show));
    routes.post("/data/{id}/labels", visits.form(labels::add));
    routes.get("/runs", visits.page(runs::show));
    routes.post("/runs", visits.form(runs::start));
    routes.get("/runs/compare", visits.page(runs::compare));
    routes.get("/runs/{id}", visits.page(runs::showOne));
    routes.get("/runs/{id}/events", visits.page(runs::watch));
    routes.get("/runs/{id}/report", visits.page(runs::report));
    routes.post("/runs/{id}/cancel", visits.form(runs::cancel));
    routes.post("/runs/{id}/resume", visits.form(runs::resume));
    routes.post("/runs/{id}/delete", visits.form(runs::delete));
    routes.get("/analyses", visits.page(runs::showAnalyses));
    routes.get("/rounds", visits.page(rounds::show));
    routes.post("/rounds", visits.upload(uploadBytes, rounds::begin));
    routes.get("/rounds/{name}", visits.page(rounds::showOne));
    routes.get("/rounds/{name}/folder", visits.page(rounds::download));
    routes.get("/rounds/{name}/collected", visits.page(rounds::downloadCollected));
    routes.post("/rounds/{name}/files", visits.upload(uploadBytes, rounds::handIn));
    routes.post("/rounds/{name}/collect", visits.form(rounds::collect));
    routes.post("/rounds/{name}/merge", visits.form(rounds::merge));
    routes.post("/rounds/{name}/delete", visits.form(rounds::delete));
    routes.get("/people", visits.page(people::show));
    routes.post("/people/grant", visits.form(people::grant));
    routes.post("/people/revoke", visits.form(people::revoke));
    routes.post("/people/rule", visits.form(people::rule));
    routes.post("/people/rule/drop", visits.form(people::dropRule));
    routes.post("/people/token", visits.form(people::token));
    routes.post("/people/token/revoke", visits.form(people::revokeToken));
    routes.get("/audit", visits.page(audit::show));
    routes.post("/audit/verify", visits.form(audit::verify));
  }
}
