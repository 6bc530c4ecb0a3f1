package demofusion.protocol.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;

/**
 * Requests to hosts whose names Java's HTTP client refuses ({@link UrlHost#isStandard}): they are
 * made for a host that stands for it, and sent to its address, under its own name.
 */
public final class ResolvedRequest {
  /** Nothing is ever there (RFC 2606). */
  private static final String STAND_IN = "unresolved.invalid";

  static {
    // Read once, by the first client of the process.
    System.getProperties().putIfAbsent("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  private ResolvedRequest() {}

  /** A client that such requests can be sent with. */
  public static HttpClient.Builder clientBuilder() {
    return HttpClient.newBuilder();
  }

  /** The URL with which a request to it is made. */
  public static URI standIn(URI url) {
    return UrlHost.of(url)
        .filter(host -> !host.isStandard())
        .map(host -> host.in(url, STAND_IN))
        .orElse(url);
  }

  /**
   * The request as it can be sent. Looks the name up, which may take a while.
   *
   * @param request made for what {@link #standIn} returned
   * @param host whom it is for
   */
  public static HttpRequest of(HttpRequest request, UrlHost host) throws UnknownHostException {
    if (host.isStandard()) {
      return request;
    }
    InetAddress found = InetAddress.getByName(host.name());
    String address = found.getHostAddress();
    HttpRequest.Builder resolved =
        HttpRequest.newBuilder(request, (name, value) -> true)
            .uri(
                host.in(
                    request.uri(), found instanceof Inet6Address ? "[" + address + "]" : address));
    try {
      resolved.setHeader("Host", host.toString());
    } catch (IllegalArgumentException e) {
      // Where another client came before ours, no client takes the header: it names the address.
    }
    return resolved.build();
  }
}
