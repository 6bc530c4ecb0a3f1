package demofusion.coordinator.http.address;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from. Of the addresses that a trusted proxy forwards the last one counts
 * that is no trusted proxy's itself: those before it are what the client wrote, and anybody can
 * write anything there.
 *
 * @param client null: not known
 * @param proxy that forwarded the client's address; null: the client itself connected
 */
public record ClientAddress(@Nullable String client, @Nullable String proxy) {
  public static ClientAddress of(HttpRequest request, TrustedProxies trusted) {
    Optional<InetAddress> peer = PublicAddress.peer(request);
    if (peer.isEmpty()) {
      return new ClientAddress(null, null);
    }
    InetAddress client = peer.get();
    List<String> forwarded = new ForwardedHeaders(request).clients();
    for (int n = forwarded.size() - 1; n >= 0 && trusted.include(client); n--) {
      Optional<InetAddress> before = TrustedProxies.literal(forwarded.get(n));
      if (before.isEmpty()) {
        break;
      }
      client = before.get();
    }
    return client.equals(peer.get())
        ? new ClientAddress(client.getHostAddress(), null)
        : new ClientAddress(client.getHostAddress(), peer.get().getHostAddress());
  }
}
