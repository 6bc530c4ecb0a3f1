package demofusion.coordinator.http.server;

import demofusion.coordinator.http.address.TrustedProxies;
import demofusion.coordinator.http.auth.Tokens;
import demofusion.coordinator.http.body.HttpLimits;
import demofusion.coordinator.http.signin.OidcSettings;
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
 * @param oidc the provider that people sign in with; null: they have tokens
 */
public record HttpSettings(
    String host,
    int port,
    @Nullable Path tokens,
    @Nullable SSLContext tls,
    HttpLimits limits,
    TrustedProxies proxies,
    @Nullable OidcSettings oidc) {
  /** With proxies on this machine, and tokens for everybody. */
  public HttpSettings(
      String host, int port, @Nullable Path tokens, @Nullable SSLContext tls, HttpLimits limits) {
    this(host, port, tokens, tls, limits, TrustedProxies.LOOPBACK, null);
  }

  /** The same, where people sign in with a provider. */
  public HttpSettings with(OidcSettings provider) {
    return new HttpSettings(host, port, tokens, tls, limits, proxies, provider);
  }

  /**
   * Refuses files that hold no tokens, or no secret, before anything is started that would then
   * have to end.
   *
   * @throws DemofusionException BAD_REQUEST
   */
  public HttpSettings checked() {
    try {
      if (tokens != null) {
        Tokens.open(tokens, System::nanoTime);
      }
      if (oidc != null) {
        oidc.checked();
      }
      return this;
    } catch (DemofusionException e) {
      throw new DemofusionException(FailureCode.BAD_REQUEST, e.userMessage(), e);
    }
  }
}
