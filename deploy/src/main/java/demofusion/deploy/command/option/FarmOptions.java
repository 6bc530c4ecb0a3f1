package demofusion.deploy.command.option;

import demofusion.deploy.client.BearerToken;
import demofusion.deploy.client.CoordinatorAddress;
import demofusion.deploy.client.FarmAccess;
import demofusion.deploy.client.FarmClient;
import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which farm, and how to get in: the same for every command that asks a coordinator. */
public final class FarmOptions implements OptionGroup {
  static final String TOKEN_VARIABLE = "DEMOFUSION_TOKEN";

  @Option(
      names = "--coordinator",
      paramLabel = "URL",
      description =
          "URL of the coordinator (default: $DEMOFUSION_COORDINATOR, otherwise"
              + " http://127.0.0.1:7980).")
  @Nullable String coordinator;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with the access token (default: the token in $DEMOFUSION_TOKEN, else none).")
  @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "With https: PEM file with the farm's certificate authority (default: $DEMOFUSION_CA,"
              + " else Java's trust store).")
  @Nullable Path authority;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      description =
          "How long to wait for a coordinator that does not answer, for example 30s; 0s does not"
              + " wait (default: 5m).")
  @Nullable Duration patience;

  /** Whether a coordinator is named here, and not merely somewhere else. */
  public boolean isNamed() {
    return coordinator != null;
  }

  /** What the options, the environment and the configuration file say. */
  FarmAccess access(Map<String, String> environment) {
    Settings settings = Settings.read(Map.of(), environment, null);
    return new FarmAccess(
        CoordinatorAddress.parse(coordinator != null ? coordinator : settings.text(Setting.FARM)),
        token(environment, settings),
        authority != null ? authority : settings.path(Setting.AUTHORITY).orElse(null),
        patience == null ? FarmAccess.PATIENCE : patience);
  }

  private @Nullable BearerToken token(Map<String, String> environment, Settings settings) {
    String said = environment.get(TOKEN_VARIABLE);
    if (tokenFile == null && said != null && !said.isBlank()) {
      return BearerToken.ofEnvironment(TOKEN_VARIABLE, said);
    }
    Path file = tokenFile != null ? tokenFile : settings.path(Setting.TOKEN_FILE).orElse(null);
    return file == null ? null : BearerToken.read(file);
  }

  /** One who asks the farm, and says on stderr when it waits. */
  public FarmClient client(Terminal terminal) {
    FarmAccess access = access(System.getenv());
    if (access.exposesToken()) {
      terminal.say(
          "the token is sent to "
              + access.address()
              + " unencrypted, so anyone on the network can read it; use https if possible");
    }
    return FarmClient.of(access, terminal::say);
  }

  @Override
  public String heading() {
    return "Coordinator";
  }
}
