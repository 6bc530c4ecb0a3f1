package demofusion.deploy.node.signin;

import demofusion.coordinator.http.address.PublicAddress;
import demofusion.coordinator.http.signin.GroupRoles;
import demofusion.coordinator.http.signin.OidcSettings;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The provider that people sign in with, as settings have it. */
public final class ProviderSettings {
  /** Of no use without a provider; those that have defaults are told from them. */
  private static final List<Setting> OF_A_PROVIDER =
      List.of(
          Setting.OIDC_CLIENT,
          Setting.OIDC_CLIENT_SECRET,
          Setting.OIDC_GROUPS_CLAIM,
          Setting.OIDC_ROLES,
          Setting.OIDC_USER_CLAIM,
          Setting.OIDC_SCOPE,
          Setting.PUBLIC_URL);

  private ProviderSettings() {}

  /**
   * @return empty: people have tokens
   * @throws DemofusionException BAD_REQUEST if something is missing, or cannot be
   */
  public static Optional<OidcSettings> of(Settings settings) {
    Optional<String> issuer = settings.find(Setting.OIDC_ISSUER);
    if (issuer.isEmpty()) {
      OF_A_PROVIDER.stream()
          .filter(settings::isGiven)
          .findFirst()
          .ifPresent(
              other -> {
                throw DemofusionException.badRequest(
                    settings.name(other)
                        + " says how people sign in with a provider, and there is none: add"
                        + " --oidc-issuer URL, or leave it out");
              });
      return Optional.empty();
    }
    if (settings.find(Setting.TOKENS).isEmpty()) {
      throw DemofusionException.badRequest(
          settings.name(Setting.OIDC_ISSUER)
              + " signs people in, and programs and workers need tokens still: add --tokens FILE"
              + " (demofusion token creates it)");
    }
    List<String> roles = settings.list(Setting.OIDC_ROLES);
    if (roles.isEmpty()) {
      throw DemofusionException.badRequest(
          settings.name(Setting.OIDC_ISSUER)
              + " signs people in, and no group has a role, so nobody could: add --oidc-role"
              + " GROUP=submit");
    }
    return Optional.of(
        new OidcSettings(
            OidcSettings.issuer(settings.name(Setting.OIDC_ISSUER), issuer.get()),
            client(settings),
            settings.path(Setting.OIDC_CLIENT_SECRET).orElse(null),
            settings.text(Setting.OIDC_GROUPS_CLAIM),
            settings.text(Setting.OIDC_USER_CLAIM),
            GroupRoles.parse(settings.name(Setting.OIDC_ROLES), roles),
            OidcSettings.scopes(
                settings.name(Setting.OIDC_SCOPE), settings.text(Setting.OIDC_SCOPE)),
            publicUrl(settings)));
  }

  private static String client(Settings settings) {
    return settings
        .find(Setting.OIDC_CLIENT)
        .orElseThrow(
            () ->
                DemofusionException.badRequest(
                    settings.name(Setting.OIDC_ISSUER)
                        + " knows this farm by a client id: add --oidc-client ID, as it is"
                        + " registered there"));
  }

  private static @Nullable PublicAddress publicUrl(Settings settings) {
    return settings
        .find(Setting.PUBLIC_URL)
        .map(url -> OidcSettings.publicUrl(settings.name(Setting.PUBLIC_URL), url))
        .orElse(null);
  }
}
