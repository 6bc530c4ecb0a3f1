package demofusion.coordinator.http.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that are not the provider's, not to this sign-in, or not to be believed. */
class SignInRefusalsTest {
  @TempDir static Path folder;
  private static SignInFixture fixture;

  @BeforeAll
  static void start() throws Exception {
    fixture = SignInFixture.open(folder);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void tellTheTruth() {
    fixture.provider.lie = claims -> {};
    fixture.provider.signing = ScriptedProvider.Signing.KEY;
  }

  private static void assertRefused(
      SignInFixture.Browser browser, HttpResponse<String> back, String sentence) throws Exception {
    assertThat(back.statusCode()).as(back.body()).isEqualTo(403);
    assertThat(back.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(back.body()).contains(sentence, "action=\"../../session\"");
    assertThat(browser.cookies()).isEmpty();
    assertThat(browser.who().statusCode()).isEqualTo(401);
  }

  @Test
  void takesAnAnswerOnce() throws Exception {
    var browser = fixture.browser();
    URI there = browser.begin();
    String kept = browser.cookies().entrySet().iterator().next().toString();
    String query = fixture.provider.approve(there, SignInFixture.ANN);
    assertThat(browser.callback(query).statusCode()).isEqualTo(303);

    HttpResponse<String> again =
        fixture.api.send(fixture.api.to("/session/oidc/callback?" + query).header("Cookie", kept));

    assertThat(again.statusCode()).isEqualTo(403);
    assertThat(again.body()).contains("has been used already; begin it again.");
  }

  @Test
  void takesNoCodeTwice_byWhateverSignIn() throws Exception {
    var first = fixture.browser();
    String query = fixture.provider.approve(first.begin(), SignInFixture.ANN);
    String code = query.replaceFirst("&state.*", "");
    first.callback(query);
    var second = fixture.browser();
    String own = fixture.provider.approve(second.begin(), SignInFixture.BOB);

    HttpResponse<String> back = second.callback(code + own.replaceFirst(".*&state", "&state"));

    assertRefused(second, back, "The provider did not accept the sign-in: invalid_grant.");
  }

  @Test
  void takesNoCodeOfAnotherSignIn_thatIsStillGood() throws Exception {
    var victim = fixture.browser();
    String stolen = fixture.provider.approve(victim.begin(), SignInFixture.BOB);
    var thief = fixture.browser();
    String own = fixture.provider.approve(thief.begin(), SignInFixture.ANN);

    HttpResponse<String> back =
        thief.callback(
            stolen.replaceFirst("&state.*", "") + own.replaceFirst(".*&state", "&state"));

    assertRefused(thief, back, "The provider did not accept the sign-in: invalid_grant.");
  }

  @Test
  void takesNoAnswerInAnotherBrowser() throws Exception {
    String query = fixture.provider.approve(fixture.browser().begin(), SignInFixture.BOB);
    var victim = fixture.browser();

    assertRefused(victim, victim.callback(query), "was not begun in this browser");
    victim.begin();
    assertRefused(victim, victim.callback(query), "was not begun in this browser");
  }

  @ParameterizedTest
  @CsvSource({"state=x", "code=x", "''", "code=a&state=b&state=c"})
  void takesNoAnswerToNothing(String query) throws Exception {
    var browser = fixture.browser();
    browser.begin();

    assertRefused(browser, browser.callback(query), "was not begun in this browser");
  }

  @ParameterizedTest
  @CsvSource({
    "code=",
    "response=a.b.c",
    "''",
    "code=a&code=b",
    "id_token=x",
    "access_token=x",
    "error=",
    "code=x&iss=",
    "code=x&error=y"
  })
  void takesNoAnswerThatMakesNoSense(String answer) throws Exception {
    var browser = fixture.browser();
    String state = browser.begin().getQuery().replaceFirst(".*state=([\\w-]+).*", "$1");

    assertRefused(browser, browser.callback(answer + "&state=" + state), "provider");
  }

  @Test
  void saysWhatTheProviderSaid_andNothingThatAnybodyWrote() throws Exception {
    var browser = fixture.browser();
    String state = browser.begin().getQuery().replaceFirst(".*state=([\\w-]+).*", "$1");
    HttpResponse<String> back =
        browser.callback(
            "error=access_denied&error_description=%3Cb%3ESend+money%3C%2Fb%3E&state=" + state);
    assertRefused(browser, back, "The provider did not sign you in: access_denied.");
    assertThat(back.body()).doesNotContain("money");

    state = browser.begin().getQuery().replaceFirst(".*state=([\\w-]+).*", "$1");
    back = browser.callback("error=%3Cscript%3E&state=" + state);
    assertRefused(browser, back, "The provider did not sign you in: ?script?.");
  }

  @Test
  void takesNoAnswerOfAnotherProvider() throws Exception {
    var browser = fixture.browser();
    String query = fixture.provider.approve(browser.begin(), SignInFixture.ANN);

    HttpResponse<String> back = browser.callback(query + "&iss=https%3A%2F%2Fevil.example");

    assertRefused(browser, back, "came from another provider than 127.0.0.1:");
  }

  /** What is wrong with an ID token. */
  record Lie(String what, Consumer<JWTClaimsSet.Builder> lie) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Lie> lies() {
    Instant now = Instant.now();
    return Stream.of(
        new Lie("another sign-in's", claims -> claims.claim("nonce", "another")),
        new Lie("no sign-in's", claims -> claims.claim("nonce", null)),
        new Lie("another client's", claims -> claims.audience("another")),
        new Lie("nobody's", claims -> claims.audience((String) null)),
        new Lie(
            "several clients', made for another one",
            claims -> claims.audience(List.of("demofusion", "another")).claim("azp", "another")),
        new Lie(
            "several clients', made for nobody knows which",
            claims -> claims.audience(List.of("demofusion", "another"))),
        new Lie("made for another one", claims -> claims.claim("azp", "another")),
        new Lie("another provider's", claims -> claims.issuer("https://evil.example")),
        new Lie("old", claims -> claims.expirationTime(Date.from(now.minusSeconds(120)))),
        new Lie("endless", claims -> claims.expirationTime(null)),
        new Lie("of the future", claims -> claims.issueTime(Date.from(now.plusSeconds(300)))),
        new Lie("about nobody", claims -> claims.subject(null)));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void believesNoTokenThatIs(Lie lie) throws Exception {
    fixture.provider.lie = lie.lie();
    var browser = fixture.browser();

    assertRefused(browser, browser.signIn(SignInFixture.ANN), "The provider's ");
  }

  @ParameterizedTest
  @EnumSource(value = ScriptedProvider.Signing.class, mode = EnumSource.Mode.EXCLUDE, names = "KEY")
  void believesNoTokenThatIsNotSignedWithTheProvidersKey(ScriptedProvider.Signing signing)
      throws Exception {
    fixture.provider.signing = signing;
    var browser = fixture.browser();

    assertRefused(browser, browser.signIn(SignInFixture.ANN), "The provider's ID token is not");
  }
}
