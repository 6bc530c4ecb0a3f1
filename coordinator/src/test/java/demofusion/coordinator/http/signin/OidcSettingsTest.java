package demofusion.coordinator.http.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.http.address.PublicAddress;
import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OidcSettingsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://login.example.org",
        "https://login.microsoftonline.com/1b2c/v2.0",
        "https://accounts.google.com/",
        "http://127.0.0.1:8080/realms/studio",
        "http://localhost:8080",
        "http://[::1]:8080"
      })
  void knowsAnIssuer(String text) {
    assertThat(OidcSettings.issuer("--oidc-issuer", text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "login.example.org",
        "http://login.example.org",
        "http://127.0.0.1.example.org",
        "ftp://login.example.org",
        "https://login.example.org/?tenant=1",
        "https://ann:word@login.example.org",
        "https://login example",
        "https:///realms"
      })
  void refusesAnIssuer_thatCannotBe_orThatAnybodyOnTheWayCouldBe(String text) {
    assertThatThrownBy(() -> OidcSettings.issuer("--oidc-issuer", text))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("--oidc-issuer \"" + text + "\" must be the issuer")
        .hasMessageContaining("https://HOST");
  }

  @Test
  void trustsNoPlaceInTheClear_unlessTheIssuerIsHere() {
    OidcSettings far = settings("https://login.example.org", null);
    OidcSettings near = settings("http://127.0.0.1:8080", null);

    assertThat(far.trusts(URI.create("https://keys.example.net/1"))).isTrue();
    assertThat(far.trusts(URI.create("http://login.example.org/token"))).isFalse();
    assertThat(near.trusts(URI.create("http://127.0.0.1:8080/token"))).isTrue();
    assertThat(near.trusts(URI.create("file:///etc/passwd"))).isFalse();
  }

  @Test
  void knowsWhereBrowsersFindThePage() {
    assertThat(OidcSettings.publicUrl("--public-url", "https://farm.example.org:8443/draw/"))
        .isEqualTo(new PublicAddress("https", "farm.example.org:8443", "/draw"));
    assertThat(OidcSettings.publicUrl("--public-url", "http://127.0.0.1:7980").url("/session"))
        .isEqualTo("http://127.0.0.1:7980/session");
    for (String wrong :
        List.of("farm", "https://farm/../x", "https://farm/?a", "https://a@farm", "ftp://farm")) {
      assertThatThrownBy(() -> OidcSettings.publicUrl("--public-url", wrong))
          .isInstanceOf(DemofusionException.class)
          .hasMessageStartingWith("--public-url \"" + wrong + "\" must be where browsers find");
    }
  }

  @Test
  void asksForNoLessThanAName() {
    assertThat(OidcSettings.scopes("--oidc-scope", " openid  groups "))
        .containsExactly("openid", "groups");
    for (String wrong : List.of("", "profile", "openid \"x\"")) {
      assertThatThrownBy(() -> OidcSettings.scopes("--oidc-scope", wrong))
          .isInstanceOf(DemofusionException.class)
          .hasMessageContaining("openid among them");
    }
  }

  @Test
  void readsTheSecretWhenItIsNeeded_andShowsItNowhere() throws Exception {
    Path file = folder.resolve("secret");
    OidcSettings settings = settings("https://login.example.org", file);
    assertThatThrownBy(settings::checked)
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("the file with the client's secret, " + file + ", cannot be used");
    Files.writeString(file, " \n");
    assertThatThrownBy(settings::checked).hasMessageContaining("it is empty");
    Files.writeString(file, "a".repeat(5000));
    assertThatThrownBy(settings::checked).hasMessageContaining("more than 4096 bytes");

    Files.writeString(file, "first-word\n");
    assertThat(settings.checked().secret()).hasValue("first-word");
    Files.writeString(file, "second-word\n");
    assertThat(settings.secret()).hasValue("second-word");
    assertThat(settings.toString()).doesNotContain("word");
    assertThat(settings("https://login.example.org", null).checked().secret()).isEmpty();
  }

  private static OidcSettings settings(String issuer, @Nullable Path file) {
    return new OidcSettings(
        URI.create(issuer),
        "farm",
        file,
        "groups",
        OidcSettings.SUBJECT,
        new GroupRoles(Map.of()),
        List.of("openid"),
        null);
  }
}
