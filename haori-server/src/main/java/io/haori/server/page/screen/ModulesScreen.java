package io.haori.server.page.screen;

import io.haori.registry.VersionSummary;
import io.haori.registry.name.ModuleName;
import io.haori.server.watch.ModuleDirectory;
import io.haori.server.watch.RegistryWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The modules of a registry, one in a row. */
public final class ModulesScreen {
  private final RegistryWatch watch;

  /** Of a server. */
  public ModulesScreen(RegistryWatch watch) {
    this.watch = watch;
  }

  /**
   * A module.
   *
   * @param name of it
   * @param newest number of its newest version
   * @param state of that one
   * @param created when that one was added
   * @param author who added it
   * @param method of it
   * @param base of it
   * @param size of its files
   * @param live what is live of it, as {@code live/berlin: 2}
   */
  public record ModuleRow(
      String name,
      int newest,
      String state,
      Words.Moment created,
      String author,
      String method,
      String base,
      String size,
      List<String> live) {}

  /** Shows them, those whose name has the text that is looked for. */
  public void show(Visit visit) {
    ModuleDirectory directory = watch.directory();
    String wanted = visit.parameter("name");
    List<ModuleRow> rows = new ArrayList<>();
    for (ModuleName name : directory.names()) {
      if (visit.sees(name) && name.text().contains(wanted)) {
        rows.add(row(directory, name));
      }
    }
    visit.show("modules", Map.of("modules", rows, "wanted", wanted));
  }

  private static ModuleRow row(ModuleDirectory directory, ModuleName name) {
    VersionSummary newest = directory.newest(name);
    List<String> live =
        directory.live().stream()
            .filter(one -> one.id().name().equals(name))
            .map(one -> one.target().alias() + ": " + one.id().number())
            .toList();
    return new ModuleRow(
        name.text(),
        newest.id().number(),
        newest.state().word(),
        Words.moment(newest.created()),
        newest.author(),
        newest.method(),
        newest.baseName(),
        Words.size(newest.bytes()),
        live);
  }
}
