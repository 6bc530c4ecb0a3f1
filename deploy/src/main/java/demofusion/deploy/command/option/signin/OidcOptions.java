package demofusion.deploy.command.option.signin;

import demofusion.deploy.command.option.group.OptionGroup;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The provider that people sign in with; values are read by name, through the configuration. */
public final class OidcOptions implements OptionGroup {
  @Option(
      names = "--oidc-issuer",
      paramLabel = "URL",
      description =
          "OpenID Connect provider that people sign in to the page with, beside tokens, by its"
              + " issuer: https://HOST[/PATH].")
  @Nullable String issuer;

  @Option(
      names = "--oidc-client",
      paramLabel = "ID",
      description = "This farm's client id at the provider.")
  @Nullable String client;

  @Option(
      names = "--oidc-client-secret-file",
      paramLabel = "FILE",
      description = "File with the client's secret (default: none, a public client with PKCE).")
  @Nullable String clientSecretFile;

  @Option(
      names = "--oidc-groups-claim",
      paramLabel = "NAME",
      description =
          "Where the ID token has somebody's groups; realm_access.roles is the roles in"
              + " realm_access (default: groups).")
  @Nullable String groupsClaim;

  @Option(
      names = "--oidc-role",
      paramLabel = "GROUP=ROLE",
      description =
          "Role of a group: view, submit or operate, %%2C being a comma; repeatable. Whoever is in"
              + " several has the highest, in none may not come in.")
  @Nullable List<String> roles;

  @Option(
      names = "--oidc-user-claim",
      paramLabel = "NAME",
      description =
          "Where the ID token has the name under which jobs are listed and budgets kept, as"
              + " oidc:NAME. Only for names that nobody can choose: sub never changes (default:"
              + " sub).")
  @Nullable String userClaim;

  @Option(
      names = "--oidc-scope",
      paramLabel = "SCOPES",
      description = "Scopes to ask for (default: \"openid profile email\").")
  @Nullable String scope;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description =
          "Where browsers find the page, for the provider to send them back to (default: where each"
              + " of them says it did, by Host and a trusted proxy's headers).")
  @Nullable String publicUrl;

  /** The same for another process. */
  public List<String> line() {
    List<String> line = new ArrayList<>();
    add(line, "--oidc-issuer", issuer);
    add(line, "--oidc-client", client);
    add(line, "--oidc-client-secret-file", clientSecretFile);
    add(line, "--oidc-groups-claim", groupsClaim);
    if (roles != null) {
      roles.forEach(role -> add(line, "--oidc-role", role));
    }
    add(line, "--oidc-user-claim", userClaim);
    add(line, "--oidc-scope", scope);
    add(line, "--public-url", publicUrl);
    return line;
  }

  private static void add(List<String> line, String option, @Nullable String value) {
    if (value != null) {
      line.addAll(List.of(option, value));
    }
  }

  @Override
  public String heading() {
    return "Sign-in with OpenID Connect";
  }
}
