package io.haori.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.cli.terminal.ExitCode;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.FetchListener;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.HaoriServer;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Sites that learn together by way of a server, each with one command a round. */
@TestInstance(Lifecycle.PER_CLASS)
final class FederateByServerTest {
  private Path temporary;
  private RoundCommands commands;
  private Path data;
  private Registry registry;
  private HaoriServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    temporary = folder;
    Path base = TinyBase.folder(temporary.resolve("base"));
    commands = new RoundCommands(temporary, base);
    data = TinyBase.data(temporary.resolve("data"), 24, false);
    registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(temporary.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system());
    TextBase opened = TextBase.open(base.toString(), DType.F32, FetchListener.SILENT);
    WorkSettings work = WorkSettings.usual(temporary.resolve("work"), List.of("none"));
    server =
        HaoriServer.start(
            ServerSettings.usual().withPort(0).withWork(work),
            registry,
            List.of(opened),
            DType.F32);
  }

  @AfterAll
  void stop() {
    server.close();
    registry.close();
  }

  private String at(String name) {
    return commands.at(name);
  }

  private Cli init(String out, String... more) {
    return commands.init(out, more);
  }

  private Cli federate(String command, String name, String... more) {
    List<String> all =
        new ArrayList<>(List.of("federate", command, name, "--server", server.url()));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  private Cli site(String command, String name, String site, String out, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("--site", site, "--key", at(site + ".pem"), "--out", at(out), "--force"));
    all.addAll(List.of(more));
    return federate(command, name, all.toArray(String[]::new));
  }

  private static void done(Cli run) {
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void eachSiteNeedsOneCommandARound() {
    done(init("round0"));
    Cli begun = federate("upload", "plants", at("round0"));
    done(begun);
    assertThat(begun.out())
        .isEqualTo(
            "Round 0 is on "
                + server.url()
                + ": every site runs haori federate join plants --server "
                + server.url()
                + " --data DIR --site NAME --out NAME.update\n");
    for (String site : List.of("a", "b")) {
      Cli joined =
          site("join", "plants", site, site + ".update", "--data", data.toString(), "--quiet");
      done(joined);
      assertThat(joined.out()).endsWith("Handed in to plants of " + server.url() + ".\n");
    }
    Cli twice = federate("upload", "plants", at("a.update"));
    assertThat(twice.err())
        .isEqualTo(
            "The server refuses: Files of the site a with update are here already for round 0\n");
    assertThat(twice.code()).isEqualTo(ExitCode.USER);
    refused(
        site("join", "plants", "a", "again.update", "--data", data.toString(), "--quiet"),
        "The server has the update of the site a for round 0 already; the next round begins when"
            + " this one is merged");
    refused(
        site("enroll", "plants", "c", "c.keys", "--data", data.toString()),
        "Round 0 of plants waits for update, not for keys");

    Cli merged = federate("merge", "plants", "--out", at("round1"));

    done(merged);
    assertThat(merged.out()).startsWith("Round 1 of 2 sites and 48 rows in " + at("round1"));
    done(federate("download", "plants", "--out", at("again")));
    Cli evaluated =
        Cli.run("evaluate", "--adapter", at("again/model"), "--data", data.toString(), "--quiet");
    done(evaluated);
  }

  @Test
  void aSecureRoundNeedsOneCommandAStep() {
    done(init("secure0", "--aggregate", "secure"));
    done(federate("upload", "secret", at("secure0")));
    List<String> sites = List.of("a", "b", "c");
    for (String site : sites) {
      done(site("enroll", "secret", site, site + ".keys", "--data", data.toString()));
    }
    done(federate("collect", "secret", "--out", at("all.1")));
    sites.forEach(site -> done(site("answer", "secret", site, site + ".shares")));
    done(federate("collect", "secret", "--out", at("all.2")));
    for (String site : List.of("a", "b")) {
      done(site("join", "secret", site, site + ".masked", "--data", data.toString(), "--quiet"));
    }
    done(federate("collect", "secret", "--out", at("all.3")));
    sites.forEach(site -> done(site("answer", "secret", site, site + ".opens")));

    Cli merged = federate("merge", "secret", "--out", at("secure1"));

    done(merged);
    assertThat(merged.out()).startsWith("Round 1 of 2 sites and 48 rows in " + at("secure1"));
  }

  private static void refused(Cli run, String sentence) {
    assertThat(run.err()).isEqualTo(sentence + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USER);
  }

  @Test
  void mistakesAreOneSentence() {
    refused(
        federate("download", "nothing", "--out", at("none")),
        "The server refuses: No rounds named nothing on this server");
    refused(
        Cli.run("federate", "download", "plants", "--out", at("none")),
        "--server must be the address of a server, got nothing");
    refused(
        Cli.run("federate", "merge", at("round0"), "--out", at("none")),
        "files must be those of the sites, got nothing");
    refused(
        federate("merge", "plants", at("a.update"), "--out", at("none")),
        "files must be left out with --server, got [" + at("a.update") + "]");
    refused(
        federate("upload", "plants", at("missing")),
        at("missing") + ": must be the folder of a round or a file of a site, found nothing");
    refused(
        Cli.run(
            "federate",
            "download",
            "plants",
            "--out",
            at("none"),
            "--server",
            "http://127.0.0.1:1"),
        "--server must answer: http://127.0.0.1:1 cannot be reached");
  }
}
