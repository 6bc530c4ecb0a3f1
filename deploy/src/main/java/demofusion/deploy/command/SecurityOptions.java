package demofusion.deploy.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who may take part. */
final class SecurityOptions implements OptionGroup {
  @Option(
      names = "--tls",
      paramLabel = "DIR",
      description = "This node's certificates; demofusion certificates DIR makes them.")
  @Nullable String tls;

  @Option(
      names = "--secret",
      paramLabel = "FILE",
      description = "A secret that all nodes share, for a private network.")
  @Nullable String secret;

  @Option(
      names = "--insecure",
      description = "Off 127.0.0.1 without either: anyone who reaches the port can take part.")
  boolean insecure;

  @Option(
      names = "--largest-message",
      paramLabel = "SIZE",
      description = "Between nodes, the same on all of them (default: 32 MiB).")
  @Nullable String largestMessage;

  @Override
  public String heading() {
    return "Security and transport";
  }
}
