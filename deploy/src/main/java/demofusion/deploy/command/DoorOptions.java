package demofusion.deploy.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where one machine's page and API are, and who may come in there. */
final class DoorOptions implements OptionGroup {
  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Where the page and the API are (default: 127.0.0.1:7980).")
  @Nullable String http;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "Named tokens, which whoever looks from another machine needs; demofusion token makes"
              + " them.")
  @Nullable String tokens;

  @Option(
      names = "--tls",
      paramLabel = "DIR",
      description = "Certificates for HTTPS; demofusion certificates DIR --host NAME makes them.")
  @Nullable String tls;

  @Option(
      names = "--insecure",
      description = "Off 127.0.0.1 without HTTPS, where a proxy in front of it speaks that.")
  boolean insecure;

  @Override
  public String heading() {
    return "Who may look";
  }
}
