package io.haori.registry.name;

import io.haori.core.check.UserError;

/**
 * Which version is meant: {@code food} (the newest that is not retired), {@code food@3}, {@code
 * food@live} or {@code food@live/berlin}.
 */
public sealed interface ModuleReference {
  /** The module. */
  ModuleName name();

  /**
   * The newest version that is not retired.
   *
   * @param name the module
   */
  record Newest(ModuleName name) implements ModuleReference {
    @Override
    public String toString() {
      return name.text();
    }
  }

  /**
   * A version by its number.
   *
   * @param id the version
   */
  record Numbered(VersionId id) implements ModuleReference {
    @Override
    public ModuleName name() {
      return id.name();
    }

    @Override
    public String toString() {
      return id.toString();
    }
  }

  /**
   * The version that is live somewhere.
   *
   * @param name the module
   * @param target task or site
   */
  record Live(ModuleName name, LiveTarget target) implements ModuleReference {
    @Override
    public String toString() {
      return name + "@" + target;
    }
  }

  /**
   * Reads a reference.
   *
   * @param text as the user gave it
   * @throws UserError when it has none of the forms
   */
  static ModuleReference parse(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      return new Newest(new ModuleName(text));
    }
    ModuleName name = new ModuleName(text.substring(0, at));
    String which = text.substring(at + 1);
    if (which.equals("live")) {
      return new Live(name, LiveTarget.EVERYWHERE);
    }
    if (which.startsWith("live/")) {
      // A target may be empty, one that is named may not.
      return new Live(
          name,
          new LiveTarget(NameRule.checked("task or site", which.substring("live/".length()))));
    }
    if (which.matches("[1-9][0-9]{0,8}")) {
      return new Numbered(new VersionId(name, Integer.parseInt(which)));
    }
    throw new UserError(
        "version of "
            + name
            + " must be a number of at least 1, live or live/TASK-OR-SITE, got "
            + PlainText.shown(which));
  }

  /**
   * Reads a version by its number.
   *
   * @param text as the user gave it, for example {@code food@3}
   * @throws UserError when it does not name one version
   */
  static VersionId parseVersion(String text) {
    if (parse(text) instanceof Numbered numbered) {
      return numbered.id();
    }
    throw new UserError("version must be of the form NAME@NUMBER, got " + PlainText.shown(text));
  }
}
