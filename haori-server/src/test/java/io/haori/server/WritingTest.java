package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.generate.Generated;
import io.haori.inference.generate.GenerationListener;
import io.haori.inference.generate.GenerationSettings;
import io.haori.inference.generate.Generator;
import io.haori.inference.generate.Prompt;
import io.haori.inference.generate.Sampling;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.base.FetchListener;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import io.haori.registry.Addition;
import io.haori.registry.name.ModuleName;
import io.haori.server.Http.Answer;
import io.haori.server.settings.Limits;
import io.haori.server.settings.ServerSettings;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decoder and a module of it that write over HTTP. */
@TestInstance(Lifecycle.PER_CLASS)
final class WritingTest {
  private static final GenerationSettings GREEDY =
      new GenerationSettings(256, Sampling.GREEDY, List.of(), 0);

  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;
  private TextBase decoder;
  private AdapterModule module;
  private String name;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    tiny = new TinyRegistry(temporary);
    tiny.add("food", "lora", 1);
    Path folder = TinyDecoder.folder(temporary.resolve("decoder"));
    name = folder.toString();
    decoder = TextBase.open(name, DType.F32, FetchListener.SILENT);
    module = moved();
    Path files = Files.createDirectories(temporary.resolve("answers"));
    PeftFolder.write(files, module, Map.of(), PeftSettings.causal("model.", name));
    Files.writeString(
        files.resolve("haori.json"),
        """
        {"formatVersion": 1, "codeVersion": "test", "purpose": "domain module", "method": "lora",
         "base": {"name": "NAME", "digest": "DIGEST"}, "settings": {}, "data": {}}
        """
            .replace("NAME", name)
            .replace("DIGEST", decoder.digest()));
    tiny.registry().modules().add(files, new ModuleName("answers"), Addition.plain());
    server =
        HaoriServer.start(
            ServerSettings.usual().withPort(0),
            tiny.registry(),
            List.of(tiny.openBase(), TextBase.open(name, DType.F32, FetchListener.SILENT)),
            DType.F32);
    http = new Http(server);
  }

  private AdapterModule moved() {
    Random random = new Random(3);
    AdapterModule made =
        AdapterModule.create(
            "answers",
            MethodCatalogue.create("lora", Map.of("targets", "all-linear")),
            decoder.backbone(),
            random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : made.parameters()) {
        part.parameter()
            .value()
            .addInPlace(Tensors.normal(random, 0.1, part.parameter().value().shape()));
      }
    }
    return made;
  }

  @AfterAll
  void stop() {
    server.close();
    module.close();
    decoder.close();
    tiny.close();
  }

  private Generated expected(Adaptation adaptation, Prompt prompt) {
    return new Generator(decoder, adaptation, DType.F32)
        .write(List.of(prompt), GREEDY, 1, GenerationListener.SILENT)
        .get(0);
  }

  private Prompt chat(String question) {
    return Prompt.of(
        decoder.tokenizer(),
        ChatTemplate.required(decoder.tokenizer()),
        Conversation.asking(question));
  }

  @Test
  void aPromptIsWrittenOnInOpenAisShape() {
    Answer answer =
        http.post("/v1/completions", "{'model':'" + name + "','prompt':'The red','temperature':0}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("object").asText()).isEqualTo("text_completion");
    assertThat(json.path("id").asText()).isEqualTo("cmpl-" + answer.header("X-Request-Id"));
    assertThat(json.path("model").asText()).isEqualTo(name);
    assertThat(json.path("digest").asText()).isEqualTo(decoder.digest());
    assertThat(json.path("created").longValue()).isPositive();
    assertThat(json.at("/choices/0/text").asText()).isEqualTo(" bee is red.");
    assertThat(json.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(json.at("/usage/prompt_tokens").intValue()).isEqualTo(7);
    assertThat(json.at("/usage/completion_tokens").intValue()).isEqualTo(8);
    assertThat(json.at("/usage/total_tokens").intValue()).isEqualTo(15);
  }

  @Test
  void severalPromptsAreSeveralChoicesAndStopAndLengthEndThem() {
    Answer answer =
        http.post(
            "/v1/completions",
            "{'model':'"
                + name
                + "','prompt':['A cat is','The red'],'temperature':0,'stop':['"
                + " that'],'max_tokens':9}");
    JsonNode json = answer.json();
    assertThat(json.at("/choices/0/text").asText()).isEqualTo(" a small anima");
    assertThat(json.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(json.at("/choices/1/index").intValue()).isEqualTo(1);
    assertThat(json.at("/choices/1/text").asText()).isEqualTo(" bee is red.");
    assertThat(json.at("/choices/1/finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void aModuleAnswersInAConversationAsItDoesAlone() {
    Answer answer =
        http.post(
            "/v1/chat/completions",
            "{'model':'answers@1','messages':[{'role':'user','content':[{'type':'text',"
                + "'text':'A cow'}]}],'temperature':0}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    Generated alone = expected(module, chat("A cow"));
    Generated base = expected(Adaptation.NONE, chat("A cow"));
    assertThat(alone.text()).isNotEqualTo(base.text());
    assertThat(json.path("object").asText()).isEqualTo("chat.completion");
    assertThat(json.path("module").asText()).isEqualTo("answers");
    assertThat(json.path("version").intValue()).isEqualTo(1);
    assertThat(json.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(json.at("/choices/0/message/content").asText()).isEqualTo(alone.text().strip());
    assertThat(json.at("/usage/completion_tokens").intValue()).isEqualTo(alone.tokens());
  }

  @Test
  void aStreamHasTheSameTextInPieces() {
    String request =
        "{'model':'"
            + name
            + "','messages':[{'role':'user','content':'A cow'}],'temperature':0,"
            + "'stream':true,'stream_options':{'include_usage':true}}";
    Answer answer = http.post("/v1/chat/completions", request);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
    List<String> lines = answer.text().lines().filter(line -> !line.isEmpty()).toList();
    assertThat(lines).allMatch(line -> line.startsWith("data: "));
    assertThat(lines.get(lines.size() - 1)).isEqualTo("data: [DONE]");
    List<JsonNode> events = new ArrayList<>();
    for (String line : lines.subList(0, lines.size() - 1)) {
      events.add(Http.json(line.substring("data: ".length())));
    }
    assertThat(events.get(0).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(events).allMatch(e -> e.path("object").asText().equals("chat.completion.chunk"));
    StringBuilder text = new StringBuilder();
    events.forEach(event -> text.append(event.at("/choices/0/delta/content").asText("")));
    Generated alone = expected(Adaptation.NONE, chat("A cow"));
    assertThat(text.toString().strip()).isEqualTo(alone.text().strip());
    JsonNode last = events.get(events.size() - 2);
    assertThat(last.at("/choices/0/finish_reason").asText()).isIn("stop", "length");
    JsonNode usage = events.get(events.size() - 1);
    assertThat(usage.path("choices")).isEmpty();
    assertThat(usage.at("/usage/completion_tokens").intValue()).isEqualTo(alone.tokens());
  }

  /** A text takes as long as it takes: the deadline is for what waits. */
  @Test
  void aTextMayTakeLongerThanTheDeadlineOfOtherRoutes() {
    ServerSettings hasty =
        ServerSettings.usual()
            .withPort(0)
            .withLimits(Limits.DEFAULT.withDeadline(Duration.ofMillis(150)));
    try (HaoriServer other =
        HaoriServer.start(
            hasty,
            tiny.registry(),
            List.of(TextBase.open(name, DType.F32, FetchListener.SILENT)),
            DType.F32)) {
      String prompts = String.join(",", Collections.nCopies(96, "'A'"));
      String request =
          "{'model':'" + name + "','prompt':[" + prompts + "],'temperature':3,'max_tokens':100}";
      long before = System.nanoTime();
      Answer answer = new Http(other).post("/v1/completions", request);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.json().path("choices")).hasSize(96);
      assertThat(System.nanoTime() - before).isGreaterThan(Duration.ofMillis(150).toNanos());
    }
  }

  @Test
  void aSeedWritesTheSame() {
    String request =
        "{'model':'" + name + "','prompt':'A','temperature':3,'max_tokens':12,'seed':SEED}";
    String one = text(request.replace("SEED", "1"));
    assertThat(text(request.replace("SEED", "1"))).isEqualTo(one);
    assertThat(text(request.replace("SEED", "2"))).isNotEqualTo(one);
  }

  private String text(String request) {
    return http.post("/v1/completions", request).json().at("/choices/0/text").asText();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          completions | {'model':'answers'}                        | 400 | prompt must be a text, or an array of 1 to 1024 texts, got nothing
          completions | {'model':'answers','prompt':[]}            | 400 | prompt must be a text, or an array of 1 to 1024 texts, got 0
          completions | {'model':'answers','prompt':'a','n':2}     | 400 | n must be 1 or left out, got 2
          completions | {'model':'answers','prompt':'a','max_tokens':0} | 400 | max_tokens must be at least 1, got 0
          completions | {'model':'answers','prompt':'a','temperature':-1} | 400 | temperature must be in [0, 100], got -1.0
          completions | {'model':'answers','prompt':'a','top_p':0} | 400 | top_p must be above 0 and at most 1, got 0.0
          completions | {'model':'answers','prompt':'a','stop':['']} | 400 | stop must be a text or texts, none empty, got [""]
          completions | {'model':'answers','prompt':'a','presence_penalty':1} | 400 | presence_penalty must be 0 or left out (repetition_penalty is what there is), got 1.0
          completions | {'model':'answers','prompt':'LONG'}        | 400 | prompt must be at most 127 tokens, one less than the base has positions, got 201
          completions | {'model':'answers','prompt':'LONG','stream':true} | 400 | prompt must be at most 127 tokens, one less than the base has positions, got 201
          completions | {'model':'food','prompt':'a'}              | 400 | model must be a module of a decoder without a task's head, which answers with labels, got food@1
          completions | {'model':'ENCODER','prompt':'a'}           | 400 | base must be a decoder with its language-model head, which writes text, got ENCODER
          chat/completions | {'model':'ENCODER','messages':[{'role':'user','content':'a'}]} | 400 | base must be a decoder with its language-model head, which writes text, got ENCODER
          completions | {'model':'nobody','prompt':'a'}            | 404 | No module named nobody in this registry
          completions | {'model':'answers','promt':'a'}            | 400 | No member named "promt"; did you mean "prompt"
          chat/completions | {'model':'answers','messages':[]}     | 400 | messages must have at least one of the user, got none
          chat/completions | {'model':'answers','messages':[{'role':'robot','content':'a'}]} | 400 | messages must have a role, one of system, user, assistant, tool, got robot at position 1
          chat/completions | {'model':'answers','messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]} | 400 | messages must be ended by one of the user, got one of the assistant at the end
          """)
  void aMistakeIsOneSentence(String route, String request, int status, String sentence) {
    Answer answer =
        http.post(
            "/v1/" + route.strip(),
            request.replace("LONG", "x".repeat(200)).replace("ENCODER", tiny.base().name()));
    assertThat(answer.detail()).startsWith(sentence.replace("ENCODER", tiny.base().name()));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
  }
}
