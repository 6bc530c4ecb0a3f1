package demofusion.deploy.security;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * Artery's TLS among nodes that share a secret; named by {@code farm-secret.conf} and made by
 * Pekko. Host names say nothing here: whoever knows the secret is in.
 */
public final class SharedSecretEngines implements SSLEngineProvider {
  private final SSLContext context;

  /** For Pekko. */
  public SharedSecretEngines(ActorSystem system) {
    Path file = Path.of(system.settings().config().getString(SharedSecret.FILE_SETTING));
    context = new SharedSecret(file).context();
  }

  @Override
  public SSLEngine createServerSSLEngine(String host, int port) {
    SSLEngine engine = engine(host, port);
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String host, int port) {
    SSLEngine engine = engine(host, port);
    engine.setUseClientMode(true);
    return engine;
  }

  private SSLEngine engine(String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setEnabledProtocols(new String[] {Contexts.PROTOCOL});
    return engine;
  }

  @Override
  public Option<Throwable> verifyClientSession(String host, SSLSession session) {
    return Option.empty();
  }

  @Override
  public Option<Throwable> verifyServerSession(String host, SSLSession session) {
    return Option.empty();
  }
}
