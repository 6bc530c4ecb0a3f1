package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may take part. */
public final class SecurityOptions implements OptionGroup {
  @Option(
      names = "--tls",
      paramLabel = "DIR",
      description = "This node's certificates; demofusion certificates DIR creates them.")
  @Nullable String tls;

  @Option(
      names = "--secret",
      paramLabel = "FILE",
      description = "File with a secret shared by all nodes, for private networks.")
  @Nullable String secret;

  @Option(
      names = "--insecure",
      description = "Allow other machines without either: anyone who can reach the port can join.")
  boolean insecure;

  @Option(
      names = "--largest-message",
      paramLabel = "SIZE",
      description =
          "Largest message between nodes; must be the same on all of them (default: 32 MiB).")
  @Nullable String largestMessage;

  @Override
  public String heading() {
    return "Security and transport";
  }
}
