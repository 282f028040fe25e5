package io.haori.server.page.screen;

import io.haori.core.language.Language;
import io.haori.registry.Registry;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.page.session.Session;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Objects;

/** One request of somebody who is signed in. */
public final class Visit {
  private final Visits visits;
  private final Context context;
  private final Session session;
  private final Caller caller;
  private final Registry registry;
  private final Callers callers;

  Visit(
      Visits visits,
      Context context,
      Session session,
      Caller caller,
      Registry registry,
      Callers callers) {
    this.visits = visits;
    this.context = context;
    this.session = session;
    this.caller = caller;
    this.registry = registry;
    this.callers = callers;
  }

  /** The request. */
  public Context context() {
    return context;
  }

  /** The registry as they may see and change it. */
  public Registry registry() {
    return registry;
  }

  Session session() {
    return session;
  }

  /** Who they are, and their roles. */
  public Caller caller() {
    return caller;
  }

  /** The language in which they read the page. */
  public Language language() {
    return visits.language(context);
  }

  /** Whether they may look at a module. */
  public boolean sees(ModuleName name) {
    return caller.may(Role.VIEWER, name);
  }

  /** The module of the address; refused, and logged, for who may not look at it. */
  public ModuleName module() {
    ModuleName name = new ModuleName(context.pathParam("name"));
    requireMayUse(new ModuleReference.Newest(name));
    return name;
  }

  /** Refuses, and logs, who may not look at a module. */
  public void requireMayUse(ModuleReference reference) {
    callers.requireMayUse(caller, reference);
  }

  /** A field of the form without blanks around it; empty when it was not sent. */
  public String field(String name) {
    return Objects.requireNonNullElse(context.formParam(name), "").strip();
  }

  /** A parameter of the address without blanks around it; empty when there is none. */
  public String parameter(String name) {
    return Objects.requireNonNullElse(context.queryParam(name), "").strip();
  }

  /** Answers with a page. */
  public void show(String template, Map<String, Object> model) {
    visits.show(context, this, template, model);
  }

  /** Goes on to a page after a change, so that a second look at it does not repeat the change. */
  public void continueAt(String address) {
    visits.redirect(context, address);
  }
}
