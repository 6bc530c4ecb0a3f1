package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where one machine's page and API are, and who may come in there. */
public final class ApiOptions implements OptionGroup {
  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description = "Address of the page and the API (default: 127.0.0.1:7980).")
  public @Nullable String http;

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "Tokens file, required for access from other machines; demofusion token creates tokens.")
  public @Nullable String tokens;

  @Option(
      names = "--trusted-proxies",
      paramLabel = "CIDR[,CIDR]",
      description =
          "Proxies whose X-Forwarded-* and Forwarded headers count; none: no proxy's (default:"
              + " 127.0.0.0/8,::1).")
  public @Nullable String trustedProxies;

  @Option(
      names = "--tls",
      paramLabel = "DIR",
      description = "Certificates for HTTPS; demofusion certificates DIR --host NAME creates them.")
  public @Nullable String tls;

  @Option(
      names = "--insecure",
      description = "Allow plain HTTP beyond 127.0.0.1, for use behind a TLS proxy.")
  public boolean insecure;

  @Override
  public String heading() {
    return "Access";
  }
}
