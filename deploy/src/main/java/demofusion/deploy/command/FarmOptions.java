package demofusion.deploy.command;

import demofusion.deploy.client.BearerToken;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.FarmAccess;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which farm, and how to get in: the same for every command that asks a coordinator. */
final class FarmOptions implements OptionGroup {
  static final String ADDRESS_VARIABLE = "DEMOFUSION_COORDINATOR";
  static final String TOKEN_VARIABLE = "DEMOFUSION_TOKEN";
  static final String AUTHORITY_VARIABLE = "DEMOFUSION_CA";

  @Option(
      names = "--coordinator",
      paramLabel = "URL",
      description =
          "Where the coordinator answers HTTP (default: $DEMOFUSION_COORDINATOR, else"
              + " http://127.0.0.1:7980).")
  @Nullable String coordinator;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token to show (default: the token in $DEMOFUSION_TOKEN, else none).")
  @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "With https: certificates (PEM) of the farm's own authority (default: $DEMOFUSION_CA,"
              + " else those that Java trusts).")
  @Nullable Path authority;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      description =
          "How long a coordinator that does not answer is waited for, for example 30s; 0s: not at"
              + " all (default: 5m).")
  @Nullable Duration patience;

  /** What the options and the environment say. */
  FarmAccess access(Map<String, String> environment) {
    return new FarmAccess(
        address(environment),
        token(environment),
        authority(environment),
        patience == null ? FarmAccess.PATIENCE : patience);
  }

  private CoordinatorAddress address(Map<String, String> environment) {
    if (coordinator != null) {
      return CoordinatorAddress.parse(coordinator);
    }
    return said(ADDRESS_VARIABLE, environment)
        .map(CoordinatorAddress::parse)
        .orElse(CoordinatorAddress.DEFAULT);
  }

  private @Nullable BearerToken token(Map<String, String> environment) {
    return tokenFile != null
        ? BearerToken.read(tokenFile)
        : said(TOKEN_VARIABLE, environment)
            .map(text -> BearerToken.ofEnvironment(TOKEN_VARIABLE, text))
            .orElse(null);
  }

  private @Nullable Path authority(Map<String, String> environment) {
    return authority != null
        ? authority
        : said(AUTHORITY_VARIABLE, environment).map(Path::of).orElse(null);
  }

  private static Optional<String> said(String variable, Map<String, String> environment) {
    return Optional.ofNullable(environment.get(variable)).filter(text -> !text.isBlank());
  }

  /** One who asks the farm, and says on stderr when it waits. */
  FarmClient client(Terminal terminal) {
    FarmAccess access = access(System.getenv());
    if (access.exposesToken()) {
      terminal.say(
          "the token goes to "
              + access.address()
              + " unencrypted, for everybody on the way to read; use https where you can");
    }
    return FarmClient.of(access, terminal::say);
  }

  @Override
  public String heading() {
    return "The farm";
  }
}
