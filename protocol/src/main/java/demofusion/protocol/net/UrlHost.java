package demofusion.protocol.net;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host of a URL, also where its name has an underscore, as compose and swarm name their
 * services: {@link URI} then knows an authority and no host.
 *
 * @param name as the URL has it, an IPv6 address in brackets
 * @param port -1: the scheme's own
 */
public record UrlHost(String name, int port) {
  private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
  private static final int MOST = 65535;

  /**
   * @return empty if there is none, or one that nothing could be connected to
   */
  public static Optional<UrlHost> of(URI url) {
    return authority(url).filter(host -> host.port <= MOST);
  }

  private static Optional<UrlHost> authority(URI url) {
    if (url.getHost() != null) {
      return Optional.of(new UrlHost(url.getHost(), url.getPort()));
    }
    Matcher matcher = AUTHORITY.matcher(String.valueOf(url.getRawAuthority()));
    if (url.getRawAuthority() == null || !matcher.matches()) {
      return Optional.empty();
    }
    String port = matcher.group(2);
    return Optional.of(new UrlHost(matcher.group(1), port == null ? -1 : Integer.parseInt(port)));
  }

  /**
   * Whether the name is one by the rules (RFC 1123): certificates hold no other, and Java's HTTP
   * client connects to no other.
   */
  public boolean isStandard() {
    return URI.create("http://" + name).getHost() != null;
  }

  /**
   * What is wrong with a URL that wants a certificate for a name that none can hold.
   *
   * @return empty: nothing
   */
  public static Optional<String> certificateProblem(URI url) {
    return of(url)
        .filter(host -> "https".equals(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT)))
        .filter(host -> !host.isStandard())
        .map(
            host ->
                ("has the host name %s, which https does not allow (only letters, digits, dots and"
                        + " inner hyphens): use another name of that host, for example a network"
                        + " alias, or its address")
                    .formatted(host.name));
  }

  /** The same URL at another host, and the same port. */
  public URI in(URI url, String otherName) {
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String authority = new UrlHost(otherName, port).toString();
    return URI.create(url.getScheme() + "://" + authority + path + query);
  }

  /** As a URL and the header Host have it. */
  @Override
  public String toString() {
    return port < 0 ? name : name + ":" + port;
  }
}
