package demofusion.coordinator.http.signin;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.http.TestApi;
import demofusion.coordinator.job.Jobs;
import demofusion.protocol.api.Role;
import demofusion.protocol.api.auditlog.AuditLogEntry;
import demofusion.protocol.api.auditlog.AuditedAction;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people come in as, where they go, and what that leaves. */
class SignInTest {
  @TempDir static Path folder;
  private static SignInFixture fixture;
  private static TestApi api;

  @BeforeAll
  static void start() throws Exception {
    fixture = SignInFixture.open(folder);
    api = fixture.api;
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static String location(HttpResponse<?> response) {
    return response.headers().firstValue("Location").orElse("");
  }

  @Test
  void offersTheProviderBesideTokens_withoutAnyOfItsScripts() throws Exception {
    HttpResponse<String> form = api.get("/");

    assertThat(form.statusCode()).isEqualTo(401);
    assertThat(form.body())
        .contains("<a href=\"session/oidc\">Sign in with 127.0.0.1:", "name=\"token\"");
    String policy = form.headers().firstValue("Content-Security-Policy").orElse("");
    String script = form.body().replaceFirst("(?s).*<script>(.*)</script>.*", "$1");
    assertThat(policy)
        .contains("default-src 'none'", "script-src 'sha256-" + sha256(script) + "'")
        .doesNotContain("unsafe", "http");
  }

  private static String sha256(String text) throws Exception {
    return Base64.getEncoder()
        .encodeToString(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void asksTheProviderForACode_thatOnlyThisSignInCanUse() throws Exception {
    var browser = fixture.browser();
    URI first = browser.begin();
    URI second = fixture.browser().begin();

    assertThat(first.getPath()).isEqualTo("/authorize");
    assertThat(first.getQuery().split("&", -1))
        .contains(
            "response_type=code",
            "client_id=demofusion",
            "scope=openid+profile",
            "code_challenge_method=S256",
            "redirect_uri=" + api.server.url() + "/session/oidc/callback")
        .anyMatch(pair -> pair.matches("code_challenge=[\\w-]{43}"))
        .anyMatch(pair -> pair.matches("state=[\\w-]{43}"))
        .anyMatch(pair -> pair.matches("nonce=[\\w-]{43}"));
    assertThat(second.getQuery().split("&", -1))
        .filteredOn(pair -> pair.matches("(code_challenge|state|nonce)=.*"))
        .hasSize(3)
        .doesNotContain(first.getQuery().split("&", -1));
    assertThat(browser.cookies()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"guests, view", "artists, submit", "wranglers, operate"})
  void givesThePersonTheRoleOfItsGroup(String group, String role) throws Exception {
    var browser = fixture.browser();

    HttpResponse<String> back = browser.signIn(Map.of("sub", "dora", "groups", List.of(group)));

    assertThat(back.statusCode()).as(back.body()).isEqualTo(303);
    assertThat(location(back)).isEqualTo("/");
    HttpResponse<String> who = browser.who();
    assertThat(TestApi.json(who).get("name").asText()).isEqualTo("oidc:dora");
    assertThat(TestApi.json(who).get("role").asText()).isEqualTo(role);
    assertThat(TestApi.json(who).get("hasToken").asBoolean()).isTrue();
    assertThat(browser.get("/").statusCode()).isEqualTo(200);
  }

  @Test
  void letsAPersonDoWhatTheRoleAllows_inItsOwnName() throws Exception {
    var artist = fixture.browser();
    artist.signIn(SignInFixture.ANN);
    var guest = fixture.browser();
    guest.signIn(Map.of("sub", "guest", "groups", "guests"));
    String picture = "{\"prompt\":\"a fox\"}";

    HttpResponse<String> submitted = artist.send(changing(artist, "POST", "/v1/jobs", picture));
    HttpResponse<String> refused = guest.send(changing(guest, "POST", "/v1/jobs", picture));

    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
    assertThat(api.jobs.nextHeard(Jobs.Submit.class).owner()).isEqualTo("oidc:ann");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(TestApi.json(refused).get("detail").asText())
        .contains("the role submit; oidc:guest's has view");
  }

  private static HttpRequest.Builder changing(
      SignInFixture.Browser browser, String method, String path, String json) {
    return browser
        .to(path)
        .header("Content-Type", "application/json")
        .header("Origin", api.server.url())
        .method(method, BodyPublishers.ofString(json));
  }

  @Test
  void keepsOutWhoeverIsInNoGroupWithARole() throws Exception {
    for (Map<String, Object> claims :
        List.<Map<String, Object>>of(
            Map.of("sub", "eve", "groups", List.of("visitors")), Map.of("sub", "eve"))) {
      var browser = fixture.browser();

      HttpResponse<String> back = browser.signIn(claims);

      assertThat(back.statusCode()).isEqualTo(403);
      assertThat(back.body()).contains("oidc:eve is in no group that has a role on this farm");
      assertThat(browser.cookies()).isEmpty();
      assertThat(browser.get("/").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void keepsItsCookiesFromScripts_andFromOtherSites() throws Exception {
    var browser = fixture.browser();
    HttpResponse<String> begun = browser.get("/session/oidc");
    String before = begun.headers().firstValue("Set-Cookie").orElseThrow();
    HttpResponse<String> back =
        browser.callback(fixture.provider.approve(URI.create(location(begun)), SignInFixture.ANN));
    List<String> after = back.headers().allValues("Set-Cookie");

    assertThat(before)
        .contains("HttpOnly", "SameSite=Lax", "Path=/session/oidc", "Max-Age=600")
        .doesNotContain("Secure");
    assertThat(after).hasSize(2).allMatch(cookie -> cookie.contains("HttpOnly"));
    assertThat(after)
        .anyMatch(
            cookie ->
                cookie.matches("demofusion-session-\\d+=p\\.[\\w-]{43};.*SameSite=Lax")
                    && !cookie.contains("Max-Age"))
        .anyMatch(cookie -> cookie.matches("demofusion-sign-in-\\d+=;.*Max-Age=0.*"));
    assertThat(back.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @ParameterizedTest
  @CsvSource({
    "%23%2Fjob%2F20261130-abc, #/job/20261130-abc",
    "%23%2Fgallery%3Fq%3Dfox, #/gallery?q=fox",
    "https%3A%2F%2Fevil.example, ''",
    "%2F%2Fevil.example, ''",
    "%23%0d%0aSet-Cookie:%20a=b, ''",
    "%23/%40evil.example, ''",
    "job, ''"
  })
  void returnsToThePage_andNowhereElse(String to, String expected) throws Exception {
    var browser = fixture.browser();
    URI there = browser.begin("?to=" + to);

    HttpResponse<String> back =
        browser.callback(fixture.provider.approve(there, SignInFixture.ANN));

    assertThat(location(back)).isEqualTo("/" + expected);
  }

  @Test
  void letsLinksFromElsewhereOpenThePage_andNothingMore() throws Exception {
    var browser = fixture.browser();
    browser.signIn(SignInFixture.ANN);
    browser.with("Sec-Fetch-Site", "cross-site");
    assertThat(browser.get("/").statusCode()).as("a picture's address, say").isEqualTo(403);
    browser.with("Sec-Fetch-Mode", "navigate").with("Sec-Fetch-Dest", "document");

    assertThat(browser.get("/").statusCode()).isEqualTo(200);
    assertThat(browser.get("/v1/jobs").statusCode()).isEqualTo(403);
    assertThat(browser.get("/session").statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://evil.example"})
  void changesNothing_forOtherSitesPages(String origin) throws Exception {
    var browser = fixture.browser();
    browser.signIn(SignInFixture.BOB);
    if (!origin.isEmpty()) {
      browser.with("Origin", origin);
    }

    HttpResponse<String> response =
        browser.send(browser.to("/v1/workers/w/drain").POST(BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(403);
  }

  @Test
  void sendsWhoSignsOutToTheProviderToo_andTheSessionIsOver() throws Exception {
    var browser = fixture.browser();
    browser.signIn(SignInFixture.ANN);
    var thief = fixture.browser();
    String session = String.join("", browser.cookies().values());
    String name = browser.cookies().keySet().iterator().next();

    HttpResponse<String> left = browser.send(changing(browser, "DELETE", "/session", ""));

    assertThat(left.statusCode()).isEqualTo(200);
    URI next = URI.create(TestApi.json(left).get("next").asText());
    assertThat(next.getPath()).isEqualTo("/logout");
    assertThat(next.getQuery().split("&", -1))
        .contains("client_id=demofusion", "post_logout_redirect_uri=" + api.server.url() + "/")
        .anyMatch(pair -> pair.matches("id_token_hint=[\\w-]+\\.[\\w-]+\\.[\\w-]+"));
    assertThat(browser.cookies()).isEmpty();
    HttpResponse<String> again =
        api.send(thief.to("/session").header("Cookie", name + "=" + session).GET());
    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(TestApi.json(again).get("detail").asText())
        .isEqualTo("the session is over; sign in again");
  }

  @Test
  void endsTheOldSession_whereABrowserSignsInAgain() throws Exception {
    var browser = fixture.browser();
    browser.signIn(SignInFixture.ANN);
    Map<String, String> old = browser.cookies();

    browser.signIn(SignInFixture.BOB);

    assertThat(TestApi.json(browser.who()).get("name").asText()).isEqualTo("oidc:bob");
    String cookie = old.entrySet().iterator().next().toString();
    assertThat(api.send(api.to("/session").header("Cookie", cookie)).statusCode()).isEqualTo(401);
  }

  @Test
  void staysOutOfTheWayOfTokens() throws Exception {
    HttpResponse<String> begun =
        api.send(
            api.to("/session")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + SignInFixture.TOKEN)));
    assertThat(begun.statusCode()).isEqualTo(303);
    assertThat(begun.headers().firstValue("Set-Cookie").orElse("")).contains("SameSite=Strict");
    var browser = fixture.browser();
    browser.signIn(SignInFixture.ANN);
    HttpResponse<String> program =
        api.send(browser.to("/session").header("Authorization", "Bearer " + SignInFixture.TOKEN));
    assertThat(TestApi.json(program).get("name").asText()).isEqualTo("carl");
  }

  @Test
  void saysInTheAuditLogWhoCame_andWhoMightNot() throws Exception {
    fixture.browser().signIn(SignInFixture.ANN);
    AuditLogEntry came = fixture.lastAudited();
    fixture.browser().signIn(Map.of("sub", "eve"));
    AuditLogEntry refused = fixture.lastAudited();

    assertThat(came.what()).isEqualTo(AuditedAction.SIGN_IN);
    assertThat(came.who()).isEqualTo("oidc:ann");
    assertThat(came.role()).isEqualTo(Role.SUBMIT);
    assertThat(came.request()).isEqualTo("GET /session/oidc/callback");
    assertThat(came.status()).isEqualTo(303);
    assertThat(came.detail()).isEqualTo("known to the provider as ann.lee");
    assertThat(refused.what()).isEqualTo(AuditedAction.SIGN_IN);
    assertThat(refused.who()).isNull();
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.code()).isEqualTo("FORBIDDEN");
    assertThat(refused.detail()).startsWith("oidc:eve is in no group");
  }

  @Test
  void leavesNoSecretInTheAuditLog() throws Exception {
    var browser = fixture.browser();
    URI there = browser.begin();
    String kept = browser.cookies().values().iterator().next();
    String query = fixture.provider.approve(there, SignInFixture.ANN);
    browser.callback(query);
    String session = browser.cookies().values().iterator().next();
    browser.callback(query);
    browser.send(changing(browser, "DELETE", "/session", ""));

    String all = Files.readString(folder.resolve("audit.jsonl"));
    assertThat(all).contains("oidc:ann", "sign-out");
    for (String pair : (query + "&" + there.getRawQuery()).split("&", -1)) {
      if (pair.matches("(code|state|nonce|code_challenge)=.*")) {
        assertThat(all).doesNotContain(pair.substring(pair.indexOf('=') + 1));
      }
    }
    assertThat(all)
        .doesNotContain(kept, session, session.substring(2), SignInFixture.SECRET, "eyJ");
  }

  @Test
  void showsTheClientsSecretToTheProviderAlone() throws Exception {
    fixture.browser().signIn(SignInFixture.ANN);

    assertThat(fixture.provider.authorizations())
        .isNotEmpty()
        .allMatch(
            ("Basic "
                    + Base64.getEncoder()
                        .encodeToString(
                            ("demofusion:"
                                    + URLEncoder.encode(
                                        SignInFixture.SECRET, StandardCharsets.UTF_8))
                                .getBytes(StandardCharsets.UTF_8)))
                ::equals);
  }
}
