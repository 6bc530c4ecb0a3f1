package demofusion.coordinator.http.server;

import demofusion.coordinator.http.address.TrustedProxies;
import demofusion.coordinator.http.auth.Tokens;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the API listens, and to whom.
 *
 * @param host a name or address of this machine
 * @param port 0: any that is free
 * @param tokens file of tokens; null: everyone may do everything, which only whoever composes the
 *     node can judge
 * @param tls null: in the clear
 * @param proxies that are believed how clients reached them
 */
public record HttpSettings(
    String host,
    int port,
    @Nullable Path tokens,
    @Nullable SSLContext tls,
    HttpLimits limits,
    TrustedProxies proxies) {
  /** With those on this machine. */
  public HttpSettings(
      String host, int port, @Nullable Path tokens, @Nullable SSLContext tls, HttpLimits limits) {
    this(host, port, tokens, tls, limits, TrustedProxies.LOOPBACK);
  }

  /**
   * Refuses a file that holds no tokens, before anything is started that would then have to end.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public HttpSettings checked() {
    try {
      if (tokens != null) {
        Tokens.open(tokens, System::nanoTime);
      }
      return this;
    } catch (DemofusionException e) {
      throw new DemofusionException(FailureCode.BAD_REQUEST, e.userMessage(), e);
    }
  }
}
