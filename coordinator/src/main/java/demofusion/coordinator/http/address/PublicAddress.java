package demofusion.coordinator.http.address;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;

/**
 * Where a client found this server, which is where it will find it again: what proxies say whom the
 * operator trusts, else what the request itself says.
 *
 * @param scheme http or https
 * @param authority host, and port where it is not the scheme's own; IPv6 in brackets
 * @param prefix path below which a proxy shows this server, without a slash at its end; empty: none
 */
public record PublicAddress(String scheme, String authority, String prefix) {
  private static final String NOWHERE = "localhost";

  public static PublicAddress of(HttpRequest request, TrustedProxies trusted) {
    String scheme = request.getUri().getScheme().equals("https") ? "https" : "http";
    String host =
        request
            .getHeader("Host")
            .map(HttpHeader::value)
            .filter(ForwardedHeaders::isAuthority)
            .orElse(NOWHERE);
    if (peer(request).filter(trusted::include).isEmpty()) {
      return new PublicAddress(scheme, host, "");
    }
    ForwardedHeaders forwarded = new ForwardedHeaders(request);
    String seenScheme = forwarded.scheme().orElse(scheme);
    return new PublicAddress(
        seenScheme, authority(forwarded, seenScheme, host), forwarded.prefix().orElse(""));
  }

  static Optional<InetAddress> peer(HttpRequest request) {
    return request.getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
  }

  private static String authority(ForwardedHeaders forwarded, String scheme, String host) {
    String authority = forwarded.authority().orElse(host).toLowerCase(Locale.ROOT);
    boolean saysPort = forwarded.authority().isPresent() && hasPort(authority);
    String whole =
        forwarded
            .port()
            .filter(port -> !saysPort)
            .map(port -> withoutPort(authority) + ":" + port)
            .orElse(authority);
    String usual = scheme.equals("https") ? ":443" : ":80";
    return whole.endsWith(usual) && hasPort(whole) ? withoutPort(whole) : whole;
  }

  private static boolean hasPort(String authority) {
    return authority.matches("(\\[.*]|[^:]*):\\d{1,5}");
  }

  private static String withoutPort(String authority) {
    return hasPort(authority) ? authority.substring(0, authority.lastIndexOf(':')) : authority;
  }

  public boolean isSecure() {
    return scheme.equals("https");
  }

  /** One of this server's paths as the client must ask for it. */
  public String path(String path) {
    return prefix + path;
  }

  /** The same with scheme and host. */
  public String url(String path) {
    return scheme + "://" + authority + path(path);
  }
}
