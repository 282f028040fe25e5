package io.haori.cli.serve;

import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Flags;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.LogSettings;
import io.haori.inference.model.TextBase;
import io.haori.model.base.Bases;
import io.haori.registry.Registry;
import io.haori.server.HaoriServer;
import io.haori.server.auth.Exposure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code haori serve}: the modules of a registry over HTTP. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Answers over HTTP with the modules of a registry, many at once: classes, tags, vectors and"
          + " mixes of modules. What becomes live in the registry, or is rolled back, is served"
          + " within a second. Ends with Ctrl-C when all requests are answered."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  haori serve", "  haori serve --registry reg --base minilm,mbert --port 8080"})
public final class ServeCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 50;

  private final Session session;

  @Mixin final RegistryAddress registry = new RegistryAddress();
  @Mixin final ServerOptions server = new ServerOptions();
  @Mixin final CommonOptions common = new CommonOptions();

  public ServeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws InterruptedException {
    Instant start = session.clock().instant();
    List<String> bases = bases();
    common.check();
    var settings = server.settings();
    LogSettings.word(line -> session.console().words().text(Flags.inPlaceOfSettings(line)));
    try (Interruption interruption = Interruption.ofProcess(session.console());
        Registry opened = registry.open(session.context())) {
      // Before the bases are read, which takes seconds.
      Exposure.require(settings, opened.location());
      EngineSetup engine = new EngineSetup(session, common);
      try (HaoriServer serving =
          HaoriServer.start(settings, opened, open(engine, bases), engine.precision())) {
        report(serving, opened, start);
        String shown = serving.signInLink().orElse("");
        while (!interruption.requested()) {
          Thread.sleep(LOOK_MILLIS);
          shown = showIfNew(serving.signInLink().orElse(""), shown);
        }
      }
    }
    return ExitCode.INTERRUPTED;
  }

  /** A link lets one browser in; when it is used up, the next one is shown. */
  private String showIfNew(String link, String shown) {
    if (!link.equals(shown) && !common.json) {
      session.console().out().println("Somebody signed in. For another browser: " + link);
      session.console().out().flush();
    }
    return link;
  }

  /** What {@code --base} names, one or several. */
  private List<String> bases() {
    List<String> bases = List.of(common.baseOr(CommonOptions.DEFAULT_BASE).split(",", -1));
    List<String> checked = new ArrayList<>();
    for (String base : bases) {
      common.base = base;
      common.check();
      Bases.requireKnown(base);
      if (!checked.contains(base)) {
        checked.add(base);
      }
    }
    return checked;
  }

  private static List<TextBase> open(EngineSetup engine, List<String> names) {
    List<TextBase> bases = new ArrayList<>();
    try {
      for (String name : names) {
        bases.add(engine.open(name, engine.precision()));
      }
      return bases;
    } catch (RuntimeException e) {
      bases.forEach(TextBase::close);
      throw e;
    }
  }

  private void report(HaoriServer serving, Registry opened, Instant start) {
    if (common.json) {
      new JsonResult("serve")
          .put("url", serving.url())
          .put("registry", opened.location().toString())
          .put("bases", serving.bases())
          .put("signInLink", serving.signInLink().orElse(null))
          .print(session.console(), session.secondsSince(start));
      session.console().json().flush();
    } else {
      session
          .console()
          .out()
          .println(
              "Serving the registry "
                  + opened.location()
                  + " with "
                  + String.join(", ", serving.bases().keySet())
                  + " on "
                  + serving.url());
      serving
          .signInLink()
          .ifPresent(
              link ->
                  session
                      .console()
                      .out()
                      .println("Open its page, which signs you in once: " + link));
      session.console().out().flush();
    }
  }
}
