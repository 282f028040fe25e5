package io.haori.server.api.work;

import io.haori.core.check.UserError;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.auth.Caller;
import io.haori.server.data.DataSets.Upload;
import io.haori.server.data.DataVersion;
import io.haori.server.data.Reading;
import io.haori.server.job.JobAccess;
import io.haori.server.job.WorkFolder;
import io.haori.server.problem.Refused;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code /v1/data}: files of data, each upload a version that never changes. */
public final class DataRoutes {
  private final Exchange exchange;
  private final Models models;
  private final WorkFolder work;
  private final JobAccess access;

  /** With what all routes share. */
  public DataRoutes(Exchange exchange, Models models, WorkFolder work, JobAccess access) {
    this.exchange = exchange;
    this.models = models;
    this.work = work;
    this.access = access;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.get("/v1/data", this::list);
    routes.get("/v1/data/{name}", this::show);
    routes.put("/v1/data/{name}", this::add);
    routes.delete("/v1/data/{name}", this::delete);
  }

  private void list(Context context) {
    Caller caller = exchange.caller(context);
    List<Map<String, Object>> all =
        work.data().all().stream()
            .filter(one -> access.sees(caller, one))
            .map(DataVersion::toMap)
            .toList();
    Json.write(context, Map.of("object", "list", "data", all));
  }

  private void show(Context context) {
    Caller caller = exchange.caller(context);
    DataVersion version = work.data().find(context.pathParam("name"));
    access.requireSees(caller, version);
    Json.write(context, version.toMap());
  }

  /** One version by its number; by a name alone, all of them. */
  private void delete(Context context) {
    Caller caller = exchange.caller(context);
    String named = context.pathParam("name");
    DataVersion found = work.data().find(named);
    access.requireMayRun(caller, found.id().name());
    List<DataVersion> versions =
        ModuleReference.parse(named) instanceof ModuleReference.Numbered
            ? List.of(found)
            : work.data().versions(found.id().name());
    work.deletions().delete(versions, caller.account());
    Json.write(
        context, Map.of("deleted", versions.stream().map(one -> one.id().toString()).toList()));
  }

  private void add(Context context) {
    Caller caller = exchange.caller(context);
    ModuleName name = new ModuleName(context.pathParam("name"));
    access.requireMayRun(caller, name);
    requireBounded(context);
    String base = parameter(context, "base");
    List<String> bases = models.engines().all().stream().map(one -> one.base().name()).toList();
    if (!base.isEmpty() && !bases.contains(base)) {
      throw new UserError("base must be one of " + String.join(", ", bases) + ", got " + base);
    }
    Upload upload =
        new Upload(
            name,
            parameter(context, "file"),
            reading(context),
            base.isEmpty() ? bases.get(0) : base,
            caller.account(),
            parameter(context, "note"));
    DataVersion version;
    try (InputStream content = context.bodyInputStream()) {
      version = work.data().add(upload, content);
    } catch (IOException e) {
      throw new UserError("body must come whole, got a part", e);
    }
    context.status(HttpStatus.CREATED).header("Location", "/v1/data/" + version.id());
    Json.write(context, version.toMap());
  }

  private void requireBounded(Context context) {
    long most = work.data().mostBytes();
    if (context.contentLength() > most) {
      throw Refused.tooManyBytes("The file", most);
    }
  }

  private static String parameter(Context context, String name) {
    return Objects.requireNonNullElse(context.queryParam(name), "").strip();
  }

  private static Reading reading(Context context) {
    return new Reading(
        parameter(context, "textColumn"),
        parameter(context, "labelColumn"),
        parameter(context, "pairColumn"),
        parameter(context, "domainColumn"),
        parameter(context, "groupColumn"),
        parameter(context, "sheet"),
        parameter(context, "task"),
        parameter(context, "textsOnly").equals("true"),
        parameter(context, "labels"));
  }
}
