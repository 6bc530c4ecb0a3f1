package demofusion.coordinator.http.signin;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.address.PublicAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Providers that are away, slow, changed or wrong; the farm goes on with its own work. */
class ProviderOutageTest {
  private static final String UNREACHABLE = "cannot reach the provider 127.0.0.1:";

  @TempDir Path folder;
  private final ScriptedProvider provider = new ScriptedProvider();
  private @Nullable SignInFixture opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private SignInFixture open(@Nullable PublicAddress publicUrl) throws Exception {
    opened = new SignInFixture(folder, provider, publicUrl);
    return opened;
  }

  @Test
  void startsWithoutIt_saysSo_andFindsItWhenItIsThere() throws Exception {
    provider.goAway();
    SignInFixture fixture = open(null);

    HttpResponse<String> form = fixture.api.get("/");
    HttpResponse<String> begun = fixture.api.get("/session/oidc");

    assertThat(form.statusCode()).isEqualTo(401);
    assertThat(form.body())
        .contains(UNREACHABLE, "name=\"token\"")
        .doesNotContain("href=", "<script>");
    assertThat(begun.statusCode()).isEqualTo(503);
    assertThat(begun.body()).contains(UNREACHABLE, "action=\"../session\"");
    assertThat(
            fixture
                .api
                .send(
                    fixture
                        .api
                        .to("/session")
                        .header("Authorization", "Bearer " + SignInFixture.TOKEN))
                .statusCode())
        .isEqualTo(200);
    provider.comeBack();
    fixture.awaitProvider();
    assertThat(fixture.browser().signIn(SignInFixture.ANN).statusCode()).isEqualTo(303);
  }

  @Test
  void saysSo_whereItGoesAwayInTheMiddleOfASignIn_andKeepsWhoIsThere() throws Exception {
    SignInFixture fixture = open(null);
    fixture.awaitProvider();
    var early = fixture.browser();
    early.signIn(SignInFixture.ANN);
    var late = fixture.browser();
    String query = provider.approve(late.begin(), SignInFixture.BOB);
    provider.goAway();

    HttpResponse<String> back = late.callback(query);

    assertThat(back.statusCode()).isEqualTo(503);
    assertThat(back.body()).contains("The coordinator " + UNREACHABLE);
    assertThat(early.who().statusCode()).isEqualTo(200);
    assertThat(fixture.lastAudited().status()).isEqualTo(503);
    provider.comeBack();
    assertThat(fixture.browser().signIn(SignInFixture.BOB).statusCode()).isEqualTo(303);
  }

  @Test
  void takesItsNewKeys() throws Exception {
    SignInFixture fixture = open(null);
    fixture.awaitProvider();
    assertThat(fixture.browser().signIn(SignInFixture.ANN).statusCode()).isEqualTo(303);

    provider.rotateKeys();

    assertThat(fixture.browser().signIn(SignInFixture.ANN).statusCode()).isEqualTo(303);
  }

  @Test
  void keepsNobodyElseWaiting_whereItIsSlow() throws Exception {
    SignInFixture fixture = open(null);
    fixture.awaitProvider();
    List<CompletableFuture<Integer>> waiting = new ArrayList<>();
    ExecutorService browsers = Executors.newFixedThreadPool(12);
    List<Map.Entry<SignInFixture.Browser, String>> begun = new ArrayList<>();
    for (int n = 0; n < 12; n++) {
      var browser = fixture.browser();
      begun.add(Map.entry(browser, provider.approve(browser.begin(), SignInFixture.ANN)));
    }
    provider.held = new CountDownLatch(1);
    try {
      for (var each : begun) {
        waiting.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return each.getKey().callback(each.getValue()).statusCode();
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                },
                browsers));
      }
      while (provider.authorizations().isEmpty()) {
        Thread.sleep(10);
      }

      for (int n = 0; n < 20; n++) {
        HttpResponse<String> answer =
            fixture.api.send(
                fixture
                    .api
                    .to("/v1/jobs")
                    .header("Authorization", "Bearer " + SignInFixture.TOKEN));
        assertThat(answer.statusCode()).isEqualTo(200);
      }
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
    } finally {
      provider.held.countDown();
      browsers.shutdown();
    }
    assertThat(waiting).allMatch(each -> each.join() == 303);
  }

  @Test
  void usesNoProvider_thatIsAnother_orHasNoKeys() throws Exception {
    provider.documentLie =
        document -> {
          if (provider.documents() == 1) {
            document.put("issuer", "https://evil.example");
          } else {
            document.remove("jwks_uri");
          }
        };
    SignInFixture fixture = open(null);

    while (provider.documents() < 3) { // the first two were read, then
      Thread.sleep(20);
    }

    assertThat(fixture.api.get("/").body()).contains(UNREACHABLE);
    provider.documentLie = document -> {};
    fixture.awaitProvider();
  }

  @Test
  void sendsBrowsersBackToWhereTheOperatorSays_andMarksTheirCookies() throws Exception {
    SignInFixture fixture = open(new PublicAddress("https", "farm.example.org", "/draw"));
    fixture.awaitProvider();
    var browser = fixture.browser();
    HttpResponse<String> begun = browser.get("/session/oidc");
    URI there = URI.create(begun.headers().firstValue("Location").orElseThrow());

    HttpResponse<String> back = browser.callback(provider.approve(there, SignInFixture.ANN));

    assertThat(ScriptedProvider.redirect(there))
        .hasToString("https://farm.example.org/draw/session/oidc/callback");
    assertThat(begun.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("Path=/draw/session/oidc", "Secure");
    assertThat(back.statusCode()).as(back.body()).isEqualTo(303);
    assertThat(back.headers().firstValue("Location")).hasValue("https://farm.example.org/draw/");
    assertThat(back.headers().allValues("Set-Cookie"))
        .allMatch(cookie -> cookie.contains("Secure"));
  }

  @Test
  void followsProxiesToWhereTheyShowThisServer() throws Exception {
    SignInFixture fixture = open(null);
    fixture.awaitProvider();
    var browser =
        fixture
            .browser()
            .with("X-Forwarded-Proto", "https")
            .with("X-Forwarded-Host", "pics.example.org")
            .with("X-Forwarded-Prefix", "/render");

    URI there = browser.begin();
    HttpResponse<String> back = browser.callback(provider.approve(there, SignInFixture.ANN));

    assertThat(ScriptedProvider.redirect(there))
        .hasToString("https://pics.example.org/render/session/oidc/callback");
    assertThat(back.headers().firstValue("Location")).hasValue("/render/");
    assertThat(back.headers().allValues("Set-Cookie"))
        .anyMatch(cookie -> cookie.contains("Path=/render;") && cookie.contains("Secure"));
    assertThat(browser.who().statusCode()).isEqualTo(200);
  }
}
