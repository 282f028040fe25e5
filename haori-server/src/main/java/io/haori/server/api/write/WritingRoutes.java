package io.haori.server.api.write;

import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.Prompt;
import io.haori.server.api.request.Admission;
import io.haori.server.api.request.Exchange;
import io.haori.server.api.request.Json;
import io.haori.server.api.request.Models;
import io.haori.server.api.request.ModuleChoice;
import io.haori.server.api.request.RequestBody;
import io.haori.server.auth.Caller;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.ServedModule;
import io.haori.server.engine.Writer;
import io.haori.server.settings.Limits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /v1/completions}: texts that follow prompts; {@code POST /v1/chat/completions}: the
 * answer in a conversation. In OpenAI's shapes, at once or as server-sent events; {@code model} is
 * a base or a module of one that has no head.
 */
public final class WritingRoutes {
  private final Exchange exchange;
  private final Models models;
  private final Admission admission;
  private final Limits limits;
  private final InstantSource clock;

  /** With what all routes share, and what says when an answer was made. */
  public WritingRoutes(
      Exchange exchange, Models models, Admission admission, Limits limits, InstantSource clock) {
    this.exchange = exchange;
    this.models = models;
    this.admission = admission;
    this.limits = limits;
    this.clock = clock;
  }

  /** Adds the routes. */
  public void addTo(RoutesConfig routes) {
    routes.post("/v1/completions", context -> answer(context, false));
    routes.post("/v1/chat/completions", context -> answer(context, true));
  }

  private void answer(Context context, boolean chat) {
    Caller caller = exchange.caller(context);
    RequestBody body =
        RequestBody.read(context, limits)
            .only(chat ? WritingRequest.OF_ANSWERS : WritingRequest.OF_TEXTS);
    WritingRequest request =
        chat ? WritingRequest.ofAnswers(body, limits) : WritingRequest.ofTexts(body, limits);
    String name = body.text("model");
    Optional<BaseEngine> base = models.base(name);
    Map<String, Object> identity = new LinkedHashMap<>();
    Map<ServedModule, Double> weights = Map.of();
    BaseEngine engine;
    if (base.isPresent()) {
      engine = base.get();
      identity.put("digest", engine.base().digest());
    } else {
      Models.Named named = models.find(caller, models.names(), name);
      weights = Map.of(named.module(), named.scale());
      engine = models.engine(named.module());
      identity.putAll(ModuleChoice.identity(named.module().id()));
    }
    identity.put("base", engine.base().name());
    WritingAnswer answer =
        new WritingAnswer(
            chat, Exchange.id(context), clock.instant().getEpochSecond(), name, identity);
    Map<ServedModule, Double> chosen = weights;
    context.future(
        () ->
            admission.admittedForLong(
                request.characters(),
                () -> engine.write(chosen, writer -> written(context, request, answer, writer))));
  }

  private static boolean written(
      Context context, WritingRequest request, WritingAnswer answer, Writer writer) {
    List<Prompt> prompts = request.prompts(writer);
    if (request.stream()) {
      WritingStream stream = WritingStream.begin(context, answer);
      List<Generated> written = writer.write(prompts, request.settings(), stream);
      stream.end(written, request.usage());
    } else {
      List<Generated> written =
          writer.write(prompts, request.settings(), GenerationListener.SILENT);
      Json.write(context, answer.whole(written));
    }
    return true;
  }
}
