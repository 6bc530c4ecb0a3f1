package demofusion.deploy.farm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * People who sign in to a farm of real processes with a real Keycloak, which begins later than the
 * coordinator and ends earlier:
 *
 * <pre>
 *   browser ──▶ coordinator ──▶ worker
 *      └──▶ Keycloak ◀──┘ code, keys
 * </pre>
 *
 * What a provider would have to lie about is in {@code SignInRefusalsTest}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OidcIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Map<String, Object> PICTURE =
      Map.of("prompt", "a lighthouse", "size", "128x128", "steps", 2, "seed", 7);
  private static final String UNREACHABLE = "cannot reach the provider localhost:";

  @TempDir static Path folder;
  private static FarmProcesses farm;
  private static FarmNode coordinator;
  private static RealKeycloak keycloak;
  private static FarmApi operator;

  /** What browsers carried, and no log may. */
  private static final Set<String> SECRETS = new HashSet<>(Set.of(RealKeycloak.SECRET));

  @BeforeAll
  static void start() throws Exception {
    farm = new FarmProcesses(folder, "oidc");
    Path tokens = folder.resolve("tokens");
    operator = farm.api(farm.token("carl", "operate", tokens));
    String address = FarmProcesses.freeAddress();
    keycloak = RealKeycloak.start(folder, address, farm.url() + "/");
    coordinator =
        farm.coordinator(
            "--tokens",
            tokens.toString(),
            "--oidc-issuer",
            keycloak.issuer(),
            "--oidc-client",
            RealKeycloak.CLIENT,
            "--oidc-client-secret-file",
            Files.writeString(folder.resolve("secret"), RealKeycloak.SECRET + "\n").toString(),
            "--oidc-role",
            "artists=view",
            "--oidc-role",
            "wranglers=operate",
            "--oidc-user-claim",
            "preferred_username");
    farm.worker("only", "millis=5");
  }

  @AfterAll
  static void stop() {
    if (keycloak != null) {
      keycloak.close();
    }
    if (farm != null) {
      farm.close();
    }
  }

  private static String begin(CookieBrowser browser) throws Exception {
    String there = CookieBrowser.location(browser.get(farm.url() + "/session/oidc"));
    SECRETS.addAll(List.of(parameter(there, "state"), parameter(there, "nonce")));
    SECRETS.addAll(browser.cookies(farm.url()).values());
    return there;
  }

  /** As far as the way back to the farm, which its browser has not gone yet. */
  private static String approve(CookieBrowser browser, String name) throws Exception {
    String back = RealKeycloak.signIn(browser, begin(browser), name);
    SECRETS.add(parameter(back, "code"));
    return back;
  }

  /** All the way, to what the farm answers in the end. */
  private static HttpResponse<String> signIn(CookieBrowser browser, String name) throws Exception {
    HttpResponse<String> answer = browser.get(approve(browser, name));
    SECRETS.addAll(browser.cookies(farm.url()).values());
    return answer;
  }

  private static String parameter(String url, String name) {
    Matcher value = Pattern.compile("[?&]" + name + "=([^&]+)").matcher(url);
    assertThat(value.find()).as(url).isTrue();
    return value.group(1);
  }

  private static String withState(String back, String other) {
    return back.replace(parameter(back, "state"), parameter(other, "state"));
  }

  private static JsonNode who(CookieBrowser browser) throws Exception {
    return JSON.readTree(browser.get(farm.url() + "/session").body());
  }

  @Test
  @Order(1)
  void farmStartsAndDraws_whileTheProviderDoesNot() throws Exception {
    HttpResponse<String> form = new CookieBrowser().get(farm.url() + "/");
    operator.awaitWorker("only", "ready");
    String job = operator.submit(PICTURE);
    operator.awaitBits(job);
    assertThat(form.statusCode()).isEqualTo(401);
    assertThat(form.body()).contains(UNREACHABLE);

    keycloak.awaitReady();
    coordinator.awaitLog("event=sign-in-provider-found", 1);
    assertThat(new CookieBrowser().get(farm.url() + "/").body())
        .contains("Sign in with localhost:");
  }

  @Test
  @Order(2)
  void peopleMayDoWhatTheirGroupsMay() throws Exception {
    CookieBrowser ann = new CookieBrowser();
    CookieBrowser bob = new CookieBrowser();

    assertThat(CookieBrowser.location(signIn(ann, "ann"))).isEqualTo("/");
    assertThat(CookieBrowser.location(signIn(bob, "bob"))).isEqualTo("/");

    assertThat(who(ann).path("name").asText()).isEqualTo("oidc:ann");
    assertThat(who(ann).path("role").asText()).isEqualTo("view");
    assertThat(who(bob).path("role").asText()).isEqualTo("operate");
    assertThat(ann.get(farm.url() + "/").body()).contains("app.js");
    String picture = JSON.writeValueAsString(PICTURE);
    assertThat(ann.send("POST", farm.url() + "/v1/jobs", picture).statusCode()).isEqualTo(403);
    HttpResponse<String> submitted = bob.send("POST", farm.url() + "/v1/jobs", picture);
    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
    String job = JSON.readTree(submitted.body()).path("id").asText();
    operator.awaitBits(job);
    assertThat(operator.get("/v1/jobs/" + job).path("owner").asText()).isEqualTo("oidc:bob");
    assertThat(ann.send("POST", farm.url() + "/v1/workers/only/drain", "").statusCode())
        .isEqualTo(403);
    assertThat(bob.send("POST", farm.url() + "/v1/workers/only/drain", "").statusCode())
        .isEqualTo(200);
    assertThat(bob.send("POST", farm.url() + "/v1/workers/only/resume", "").statusCode())
        .isEqualTo(200);
  }

  @Test
  @Order(3)
  void nobodyElseComesIn() throws Exception {
    CookieBrowser eve = new CookieBrowser();
    HttpResponse<String> refused = signIn(eve, "eve");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("oidc:eve is in no group that has a role on this farm");
    assertThat(eve.cookies(farm.url())).isEmpty();

    CookieBrowser bob = new CookieBrowser();
    String back = approve(bob, "bob");
    assertThat(new CookieBrowser().get(back).statusCode()).as("another browser").isEqualTo(403);
    assertThat(bob.get(back).statusCode()).as("it is over with that").isEqualTo(403);

    back = approve(bob, "bob"); // Keycloak knows him already
    assertThat(bob.get(withState(back, begin(new CookieBrowser()))).statusCode())
        .as("the state of another sign-in")
        .isEqualTo(403);

    CookieBrowser again = new CookieBrowser();
    back = approve(again, "bob");
    assertThat(again.get(back).statusCode()).isEqualTo(303);
    assertThat(again.get(back).statusCode()).as("the same once more").isEqualTo(403);

    CookieBrowser thief = new CookieBrowser();
    HttpResponse<String> replayed = thief.get(withState(back, begin(thief)));
    assertThat(replayed.statusCode()).isEqualTo(403);
    assertThat(replayed.body())
        .as("the provider, of a code that was used")
        .contains("did not accept the sign-in: invalid_grant");
  }

  @Test
  @Order(4)
  void realBrowserComesBackFromAnotherSite_whereItWas_andSignsOut() throws Exception {
    boolean hasBrowser = Browser.driver().isPresent();
    if (!hasBrowser) {
      System.out.println(
          "OidcIT's browser is left out: there is no chromedriver; install Debian's chromium and"
              + " chromium-driver");
    }
    assumeTrue(hasBrowser, "no chromedriver: install Debian's chromium and chromium-driver");
    try (Browser browser = Browser.start(folder.resolve("profile"))) {
      browser.open(farm.url() + "/#/gallery?q=lighthouse");
      browser.screenshot(Path.of("target", "screenshots", "sign-in.png"));
      browser.click("a");
      browser.await("Keycloak's form", "document.querySelector('#username')");
      browser.type("#username", "bob");
      browser.type("#password", "bob-word");
      browser.click("#kc-login");
      browser.await("the gallery", "location.hash === '#/gallery?q=lighthouse'");
      browser.await("bob's role", "document.body.dataset.role === 'operate'");

      browser.click("#leave");
      browser.await("the form", "document.querySelector('#token')");
      browser.click("a");
      browser.await("Keycloak, which forgot him", "document.querySelector('#username')");
    }
  }

  @Test
  @Order(5)
  void takesTheProvidersNewKeys() throws Exception {
    keycloak.rotateKeys();

    assertThat(signIn(new CookieBrowser(), "bob").statusCode()).isEqualTo(303);
  }

  @Test
  @Order(6)
  void farmGoesOn_whenTheProviderIsGone() throws Exception {
    CookieBrowser bob = new CookieBrowser();
    signIn(bob, "bob");
    CookieBrowser late = new CookieBrowser();
    String back = approve(late, "ann");
    keycloak.kill();

    HttpResponse<String> refused = late.get(back);

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains(UNREACHABLE);
    HttpResponse<String> submitted =
        bob.send("POST", farm.url() + "/v1/jobs", JSON.writeValueAsString(PICTURE));
    assertThat(submitted.statusCode()).isEqualTo(201);
    operator.awaitBits(JSON.readTree(submitted.body()).path("id").asText());
  }

  @Test
  @Order(7)
  void leavesWhoCame_andNoSecret() throws IOException {
    JsonNode audited = operator.get("/v1/audit?what=sign-in&limit=1000").path("entries");
    assertThat(audited.findValuesAsText("who")).contains("oidc:ann", "oidc:bob");
    assertThat(audited.findValuesAsText("status")).contains("303", "403", "503");

    String everything =
        Files.readString(farm.data().resolve("audit.jsonl")) + String.join("\n", coordinator.log());
    assertThat(everything).contains("oidc:eve is in no group", "event=sign-in-failed");
    assertThat(SECRETS).hasSizeGreaterThan(20);
    assertThat(everything).doesNotContain("eyJ"); // which every token begins with
    SECRETS.forEach(secret -> assertThat(everything).doesNotContain(secret));
  }
}
