package io.haori.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.client.Asked;
import io.haori.client.ClientSettings;
import io.haori.client.Federation;
import io.haori.client.HaoriClient;
import io.haori.client.ProblemException;
import io.haori.client.RetryPolicy;
import io.haori.client.UnreachableException;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.name.NamePattern;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.Http.Answer;
import io.haori.server.PageVisitor.Page;
import io.haori.server.auth.Callers;
import io.haori.server.problem.Refused;
import io.haori.server.settings.Limits;
import io.haori.server.settings.ServerSettings;
import io.haori.server.settings.ServerSettings.Certificate;
import io.haori.server.settings.WatchSettings;
import io.haori.server.settings.WorkSettings;
import io.haori.training.federated.Aggregation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A registry in a database, served on all addresses over TLS: tokens and roles decide. */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TokensTest {
  private static final String FOOD = "{'model':'food','input':'wordai'}";

  private EmbeddedPostgres postgres;
  private TinyRegistry tiny;
  private HaoriServer server;
  private Http http;
  private Registry root;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    postgres = EmbeddedPostgres.start();
    String url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres?user=postgres";
    RegistryLocation location = RegistryLocation.parse(url, temporary.resolve("blobs"));
    root =
        Registry.create(
                location, new Credentials("root", null, null), "root", InstantSource.system())
            .registry();
    tiny = new TinyRegistry(temporary, root);
    tiny.add("food", "lora", 1);
    tiny.add("plant", "lora", 2);
    server =
        HaoriServer.start(
            settings(temporary, "server-key.pem"), root, List.of(tiny.openBase()), DType.F32);
    http = new Http(server.url().replace("0.0.0.0", "127.0.0.1"), trusting());
  }

  private static ServerSettings settings(Path temporary, String key) throws URISyntaxException {
    Certificate certificate = new Certificate(resource("server-cert.pem"), resource(key));
    return new ServerSettings(
        "0.0.0.0",
        0,
        false,
        certificate,
        100_000_000,
        List.of(),
        temporary,
        Limits.DEFAULT,
        WorkSettings.usual(temporary.resolve("work"), List.of("none")),
        WatchSettings.DEFAULT);
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(TokensTest.class.getResource(name)).toURI());
  }

  private static SSLContext trusting() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = TokensTest.class.getResourceAsStream("server-cert.pem")) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
    tiny.close();
    postgres.close();
  }

  private TokenSecret token(String account, Role role, String pattern) {
    root.access().give(new RoleGrant(account, role, new NamePattern(pattern)));
    TokenSecret token = root.access().createToken(account, null);
    server.look();
    return token;
  }

  private Http as(TokenSecret token) {
    return http.with("Authorization", "Bearer " + token.text());
  }

  @Test
  void whatATokenMayIsKnownUntilRolesChangeOrForAMinute() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    AtomicLong roles = new AtomicLong(1);
    Callers callers = new Callers(root, roles::get, now::get);
    TokenSecret token = token("mina", Role.VIEWER, "food");
    String header = "Bearer " + token.text();
    assertThat(callers.of(header).grants()).hasSize(1);
    root.access().give(new RoleGrant("mina", Role.AUTHOR, new NamePattern("food")));

    now.set(now.get().plusSeconds(59));
    assertThat(callers.of(header).grants()).hasSize(1);
    now.set(now.get().plusSeconds(1));
    assertThat(callers.of(header).grants()).hasSize(2);
    root.access().revokeToken(token.id());
    assertThat(callers.of(header).grants()).hasSize(2);
    roles.incrementAndGet();
    assertThatThrownBy(() -> callers.of(header))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("was revoked on");
  }

  @Test
  void whoSaysNothingOrSomethingWrongIsNotKnown() {
    Answer nothing = http.post("/v1/classify", FOOD);
    assertThat(nothing.status()).isEqualTo(401);
    assertThat(nothing.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(nothing.detail()).isEqualTo("Authorization must be Bearer TOKEN, got nothing");
    for (String route : List.of("/v1/models", "/metrics", "/lora-adapters")) {
      assertThat(http.get(route).status()).as(route).isEqualTo(401);
    }
    assertThat(http.get("/health/ready").status()).isEqualTo(200);
    String forged = token("forger", Role.VIEWER, "*").text().replaceFirst(".$", "0");
    Answer wrong = http.with("Authorization", "Bearer " + forged + "1").post("/v1/classify", FOOD);
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.text()).doesNotContain(forged);
  }

  @Test
  void thePageSignsInByTokenAndLeavesItToTheRoles() throws Exception {
    TokenSecret clara = token("clara", Role.VIEWER, "food*");
    PageVisitor visitor =
        new PageVisitor(
            server.url().replace("0.0.0.0", "127.0.0.1"),
            HttpClient.newBuilder().sslContext(trusting()));
    assertThat(server.signInLink()).isEmpty();
    Page wrong = visitor.sendWithoutSecret("/sign-in", "token", clara.text() + "0");
    assertThat(wrong.status()).isEqualTo(403);
    assertThat(wrong.header("Set-Cookie")).isEmpty();

    Page right = visitor.signInByToken(clara.text());
    assertThat(right.header("Location")).isEqualTo("/");
    assertThat(right.header("Set-Cookie")).contains("Secure").contains("HttpOnly");
    assertThat(right.header("Set-Cookie")).doesNotContain(clara.text());
    assertThat(visitor.get("/modules").text()).contains("/modules/food").doesNotContain("plant");
    assertThat(visitor.get("/try").text()).contains("food@1").doesNotContain("plant");
    assertThat(visitor.get("/").text()).contains("The log needs a role for the whole registry.");
    assertThat(visitor.get("/modules/food/1").text())
        .contains("You need the role approver for this module to decide.")
        .doesNotContain("/approve\"");

    assertForbidden(
        visitor.send("/modules/food/1/approve", "reason", "mine"),
        "approve",
        "role of clara for food must be approver, got viewer");
    assertForbidden(
        visitor.get("/modules/plant"), "show", "role of clara for plant must be viewer, got none");
    assertForbidden(
        visitor.send("/try", "text", "wordai", "use", "plant@1"),
        "show",
        "role of clara for plant must be viewer, got none");
    assertForbidden(
        visitor.get("/audit"),
        "log",
        "role of clara for the whole registry must be viewer, got viewer of food*");

    root.access().revokeToken(clara.id());
    server.look();
    assertThat(visitor.get("/").header("Location")).isEqualTo("/sign-in");
  }

  private void assertForbidden(Page page, String action, String sentence) {
    AuditEntry last = root.maintenance().log(1).get(0);
    assertThat(page.status()).isEqualTo(403);
    assertThat(page.text()).contains(sentence);
    assertThat(last.actor()).isEqualTo("clara");
    assertThat(last.action()).isEqualTo(action);
    assertThat(last.outcome()).isEqualTo(AuditEntry.REFUSED);
  }

  @Test
  void rolesDecideWhichModulesAnswerAndRefusalsAreInTheLog() {
    Http anna = as(token("anna", Role.VIEWER, "food*"));
    assertThat(anna.post("/v1/classify", FOOD).status()).isEqualTo(200);
    for (String route : List.of("/v1/classify", "/v1/embeddings", "/v1/explain")) {
      Answer plant = anna.post(route, "{'model':'plant','input':'wordai'}");
      assertThat(plant.status()).as(route).isEqualTo(403);
      assertThat(plant.detail()).contains("anna").contains("plant");
    }
    String mix = "{'mix':[{'model':'food'},{'model':'plant'}],'head':'food','input':'x'}";
    assertThat(anna.post("/v1/classify", mix).status()).isEqualTo(403);
    List<String> ids = new ArrayList<>();
    for (JsonNode one : anna.get("/v1/models").json().path("data")) {
      ids.add(one.path("id").asText());
    }
    assertThat(ids).contains("food@1").doesNotContain("plant@1");
    assertThat(root.maintenance().log(20))
        .anySatisfy(
            entry -> {
              assertThat(entry.actor()).isEqualTo("anna");
              assertThat(entry.outcome()).isEqualTo(AuditEntry.REFUSED);
              assertThat(entry.module()).isEqualTo("plant");
            });
  }

  /** SGLang loaded adapters for anybody (its issue 26789). */
  @Test
  void adaptersAreLoadedByThoseOnlyWhoMayAddModulesOfThatName() {
    String body = "{'lora_name':'mine','lora_path':'adapters/food-1'}";
    assertThat(http.post("/v1/load_lora_adapter", body).status()).isEqualTo(401);
    Http viewer = as(token("vera", Role.VIEWER, "*"));
    assertThat(viewer.post("/v1/load_lora_adapter", body).status()).isEqualTo(403);
    Http author = as(token("otto", Role.AUTHOR, "mine*"));
    assertThat(author.post("/v1/load_lora_adapter", body).status()).isEqualTo(200);
    assertThat(viewer.post("/v1/unload_lora_adapter", "{'lora_name':'mine'}").status())
        .isEqualTo(403);
    assertThat(viewer.post("/lora-adapters", "[]").status()).isEqualTo(403);
  }

  @Test
  void theClientSendsItsTokenByTlsToACertificateThatItTrusts() throws URISyntaxException {
    TokenSecret secret = token("cleo", Role.VIEWER, "food*");
    ClientSettings settings =
        ClientSettings.of(server.url().replace("0.0.0.0", "127.0.0.1"))
            .withRetry(RetryPolicy.NONE)
            .withTrusted(resource("server-cert.pem"));
    HaoriClient client = new HaoriClient(settings.withToken(secret.text()));
    List<String> texts = List.of("wordai");

    assertThat(client.classify(Asked.model("food"), texts).rows()).hasSize(1);
    assertThatThrownBy(() -> client.classify(Asked.model("plant"), texts))
        .isInstanceOf(ProblemException.Forbidden.class)
        .hasMessage("role of cleo for plant must be viewer, got none");
    HaoriClient forger = new HaoriClient(settings.withToken(secret.text() + "0"));
    assertThatThrownBy(() -> forger.classify(Asked.model("food"), texts))
        .isInstanceOf(ProblemException.UnknownCaller.class)
        .hasMessageNotContaining(secret.text());
    HaoriClient trusting = new HaoriClient(settings.withTrusted(null));
    assertThatThrownBy(trusting::models)
        .isInstanceOf(UnreachableException.class)
        .hasMessageEndingWith(" has a certificate or protocol that is not trusted here");
  }

  private Federation plants(TokenSecret token) throws URISyntaxException {
    return new HaoriClient(
            ClientSettings.of(server.url().replace("0.0.0.0", "127.0.0.1"))
                .withRetry(RetryPolicy.NONE)
                .withTrusted(resource("server-cert.pem"))
                .withToken(token.text()))
        .federation("plants");
  }

  @Test
  void rolesDecideWhoHandsInAndWhoMergesAndASiteBelongsToWhoHandedInFirst(@TempDir Path temporary)
      throws Exception {
    TinyRounds rounds = new TinyRounds(temporary, tiny.base());
    Path round = rounds.begin("round0", Aggregation.STACK);
    Federation coordinator = plants(token("cora", Role.APPROVER, "plants"));
    Federation site = plants(token("sara", Role.AUTHOR, "plants"));
    Federation second = plants(token("saul", Role.AUTHOR, "plants"));
    Federation viewer = plants(token("viola", Role.VIEWER, "plants"));
    Federation stranger = plants(token("stan", Role.ADMIN, "food"));

    assertForbidden(
        () -> site.begin(round), "role of sara for plants must be approver, got author");
    coordinator.begin(round);
    Path downloaded = temporary.resolve("downloaded");
    assertForbidden(
        () -> stranger.download(downloaded), "role of stan for plants must be viewer, got none");
    viewer.download(downloaded);
    Path update = rounds.join(downloaded, "a", 12);
    assertForbidden(
        () -> viewer.handIn(update), "role of viola for plants must be author, got viewer");
    assertThat(site.handIn(update).account()).isEqualTo("sara");
    Path next = temporary.resolve("next");
    assertForbidden(
        () -> site.merge(List.of()), "role of sara for plants must be approver, got author");
    assertThat(coordinator.merge(List.of()).number()).isEqualTo(1);
    second.download(next);
    Path again = rounds.join(next, "a", 12);
    assertForbidden(
        () -> second.handIn(again), "Files of the site a must come from sara, got saul");
    assertThat(site.handIn(again).site()).isEqualTo("a");
    assertThat(root.maintenance().log(20))
        .anySatisfy(
            entry -> {
              assertThat(entry.actor()).isEqualTo("sara");
              assertThat(entry.action()).isEqualTo("merge-round");
              assertThat(entry.outcome()).isEqualTo(AuditEntry.REFUSED);
            });
  }

  private static void assertForbidden(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(ProblemException.Forbidden.class).hasMessage(sentence);
  }

  @Test
  void aTokenThatIsTakenBackIsRefused() {
    TokenSecret token = token("gone", Role.VIEWER, "*");
    assertThat(as(token).post("/v1/classify", FOOD).status()).isEqualTo(200);
    root.access().revokeToken(token.id());
    server.look();
    assertThat(as(token).post("/v1/classify", FOOD).status()).isEqualTo(401);
  }

  /** The last test of this class: the database does not come back. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aDatabaseThatGoesAwayLeavesWhatWasSeenLast() throws Exception {
    Http anna = as(token("late", Role.VIEWER, "*"));
    assertThat(anna.post("/v1/classify", FOOD).status()).isEqualTo(200);
    postgres.close();
    Answer ready = http.get("/health/ready");
    for (int look = 0;
        look < 2_000 && ready.json().path("registry").asText().equals("up");
        look++) {
      Thread.sleep(10);
      ready = http.get("/health/ready");
    }
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().path("registry").asText()).isEqualTo("down");
    Answer answered = anna.post("/v1/classify", FOOD);
    assertThat(answered.status()).isEqualTo(200);
    String id = answered.json().path("id").asText();
    for (Answer refused :
        List.of(
            anna.post("/v1/feedback", "{'id':'" + id + "','label':'a'}"),
            anna.get("/v1/trials"),
            anna.post("/v1/trials", "{'candidate':'food@1','reason':'better'}"))) {
      assertThat(refused.status()).as(refused.text()).isEqualTo(503);
      assertThat(refused.detail()).isEqualTo("The registry cannot be reached at present");
      assertThat(refused.header("Retry-After")).isEqualTo("5");
    }
  }

  @Test
  @Order(1)
  void aKeyOfAnotherCertificateIsOneSentence(@TempDir Path temporary) throws Exception {
    ServerSettings wrong = settings(temporary, "other-key.pem");
    assertThatThrownBy(() -> HaoriServer.start(wrong, root, List.of(tiny.openBase()), DType.F32))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "tlsKey must be the key of " + resource("server-cert.pem") + ", got another one's");
  }
}
