package demofusion.deploy.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import demofusion.deploy.config.NodeAddress;
import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.deploy.security.PeerProbe;
import demofusion.deploy.security.SharedSecret;
import demofusion.deploy.security.TlsFiles;
import demofusion.protocol.DemofusionException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What keeps unauthorised nodes out: certificates, or a secret that all nodes share, or the
 * explicit wish to do without. On loopback nothing is asked for.
 *
 * @param largestMessage bytes that one message between nodes may have
 */
public record FarmSecurity(
    Optional<TlsFiles> tls, Optional<SharedSecret> secret, boolean insecure, int largestMessage) {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);
  private static final long SMALLEST_MESSAGE = 1 << 20;
  private static final long LARGEST_MESSAGE = 1 << 30;

  /**
   * @param names under which this node's certificate may stand in the folder
   * @throws DemofusionException BAD_REQUEST if the files are not what they should be
   */
  static FarmSecurity of(Settings settings, String... names) {
    if (settings.find(Setting.TLS).isPresent() && settings.find(Setting.SECRET).isPresent()) {
      throw DemofusionException.badRequest(
          "%s and %s exclude each other: choose one"
              .formatted(settings.name(Setting.TLS), settings.name(Setting.SECRET)));
    }
    Clock clock = Clock.systemUTC();
    return new FarmSecurity(
        settings.path(Setting.TLS).map(folder -> TlsFiles.in(folder, names).check(clock)),
        settings.path(Setting.SECRET).map(file -> new SharedSecret(file).check()),
        settings.flag(Setting.INSECURE),
        largestMessage(settings));
  }

  static int largestMessage(Settings settings) {
    long bytes = settings.bytes(Setting.LARGEST_MESSAGE);
    if (bytes < SMALLEST_MESSAGE || bytes > LARGEST_MESSAGE) {
      throw DemofusionException.badRequest(
          "%s %s must be between 1 MiB and 1 GiB"
              .formatted(
                  settings.name(Setting.LARGEST_MESSAGE), settings.text(Setting.LARGEST_MESSAGE)));
    }
    return (int) bytes;
  }

  /** Refuses a node that others on the network could reach unasked. */
  void require(ListeningAddress endpoint) {
    if (!endpoint.isLoopback() && tls.isEmpty() && secret.isEmpty() && !insecure) {
      throw DemofusionException.badRequest(
          endpoint.bind()
              + " can be reached from the network: give --tls DIR (demofusion certificates DIR"
              + " creates it), --secret FILE on a private network, or --insecure if nobody"
              + " else can reach it");
    }
  }

  /** Refuses an HTTP API that others on the network could use unasked, or read along. */
  void requireForHttp(NodeAddress http, Optional<Path> tokens) {
    if (http.isLoopback()) {
      return;
    }
    if (tokens.isEmpty()) {
      throw DemofusionException.badRequest(
          "--http "
              + http
              + " can be reached from the network: give --tokens FILE (demofusion token creates"
              + " it), or keep it on 127.0.0.1");
    }
    if (tls.isEmpty() && !insecure) {
      throw DemofusionException.badRequest(
          "--http "
              + http
              + " can be reached from the network, where tokens could be intercepted: give --tls"
              + " DIR, or --insecure if it is behind a TLS proxy");
    }
  }

  /**
   * For HTTPS with the same certificates. Empty: in the clear, as at 127.0.0.1 and localhost, where
   * this machine's own programs ask, and proxies that speak TLS for it. Wherever else it listens,
   * somebody calls it by a name of its own and expects what was asked for.
   */
  Optional<SSLContext> serverContext(NodeAddress http) {
    return http.meansThisMachine() ? Optional.empty() : tls.map(TlsFiles::serverContext);
  }

  /** Finds out for a node why another does not let it in. */
  PeerProbe probe() {
    Optional<SSLContext> own =
        tls.map(TlsFiles::serverContext).or(() -> secret.map(SharedSecret::context));
    return new PeerProbe(own, PROBE_TIMEOUT);
  }

  /** Has a node say in its log when its certificates expire soon. */
  void watchOver(ActorContext<?> node) {
    tls.ifPresent(
        files -> node.spawn(CertificateWatch.create(files, Clock.systemUTC()), "certificates"));
  }

  /** What the nodes' transport has to be told. */
  Config remoting() {
    Config identity =
        tls.map(TlsFiles::remoting)
            .or(() -> secret.map(SharedSecret::remoting))
            .orElseGet(ConfigFactory::empty);
    return ConfigFactory.parseMap(Map.of("demofusion.largest-message", largestMessage + " B"))
        .withFallback(identity);
  }
}
