package demofusion.deploy.node.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.coordinator.http.signin.OidcSettings;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The provider that people sign in with, as operators name it. */
class ProviderSettingsTest {
  private final Map<Setting, String> options =
      new EnumMap<>(
          Map.of(
              Setting.TOKENS, "tokens",
              Setting.OIDC_ISSUER, "https://login.example.org/realms/studio",
              Setting.OIDC_CLIENT, "farm",
              Setting.OIDC_ROLES, "artists=submit,cn=a%2Cou=b=operate"));

  private Optional<OidcSettings> read(Map<String, String> environment) {
    return ProviderSettings.of(Settings.read(options, environment, null));
  }

  @Test
  void knowsTheProvider_byLittle() {
    OidcSettings provider = read(Map.of()).orElseThrow();

    assertThat(provider.issuer()).hasToString("https://login.example.org/realms/studio");
    assertThat(provider.client()).isEqualTo("farm");
    assertThat(provider.roles().of(Set.of("cn=a,ou=b"))).hasValue(Role.OPERATE);
    assertThat(provider.groupsClaim()).isEqualTo("groups");
    assertThat(provider.userClaim()).isEqualTo(OidcSettings.SUBJECT);
    assertThat(provider.scopes()).containsExactly("openid", "profile", "email");
    assertThat(provider.secretFile()).isNull();
    assertThat(provider.publicUrl()).isNull();
  }

  @Test
  void readsTheEnvironmentToo() {
    OidcSettings provider =
        read(Map.of(
                "DEMOFUSION_COORDINATOR_OIDC_CLIENT_SECRET_FILE", "/etc/secret",
                "DEMOFUSION_COORDINATOR_PUBLIC_URL", "https://farm.example.org/draw",
                "DEMOFUSION_COORDINATOR_OIDC_SCOPE", "openid groups"))
            .orElseThrow();

    assertThat(provider.secretFile()).isEqualTo(Path.of("/etc/secret"));
    assertThat(String.valueOf(provider.publicUrl())).contains("farm.example.org", "/draw");
    assertThat(provider.scopes()).containsExactly("openid", "groups");
  }

  @Test
  void isOff_unlessThereIsAnIssuer() {
    options.clear();

    assertThat(read(Map.of())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Setting.class,
      names = {
        "OIDC_CLIENT",
        "OIDC_CLIENT_SECRET",
        "OIDC_GROUPS_CLAIM",
        "OIDC_ROLES",
        "OIDC_USER_CLAIM",
        "OIDC_SCOPE",
        "PUBLIC_URL"
      })
  void refusesWhatIsOfNoUse_withoutAProvider(Setting setting) {
    options.clear();
    options.put(setting, "something");

    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            setting.option()
                + " says how people sign in with a provider, and there is none: add --oidc-issuer"
                + " URL, or leave it out");
  }

  @ParameterizedTest
  @CsvSource({
    "TOKENS, add --tokens FILE",
    "OIDC_CLIENT, add --oidc-client ID",
    "OIDC_ROLES, add --oidc-role GROUP=submit"
  })
  void saysWhatIsMissing(Setting setting, String advice) {
    options.remove(setting);

    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOf(DemofusionException.class)
        .hasMessageStartingWith("--oidc-issuer ")
        .hasMessageContaining(advice);
  }
}
