package demofusion.deploy.security;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/**
 * A secret that all nodes of a private network share, in place of certificates. A key and its
 * certificate are derived from it, the same on every node, and each node trusts exactly that one:
 * TLS with certificates on both ends then proves that the other end knows the secret too, without
 * telling it.
 *
 * <p>Whoever can listen on the network can try secrets against what he heard, at the pace of {@link
 * DerivedIdentity}; a secret of 16 random characters cannot be found that way, a word can.
 */
public record SharedSecret(Path file) {
  static final String FILE_SETTING = "demofusion.transport.shared-secret-file";

  private static final int FEWEST_CHARACTERS = 16;

  /** Refuses a file that is missing, too readable or too short a secret. */
  public SharedSecret check() {
    read();
    return this;
  }

  /** What the nodes' transport has to be told. */
  public Config remoting() {
    return ConfigFactory.empty()
        .withValue(FILE_SETTING, ConfigValueFactory.fromAnyRef(file.toAbsolutePath().toString()))
        .withFallback(ConfigFactory.parseResources("farm-secret.conf"));
  }

  /** Proves to know the secret, and trusts whoever does. */
  public SSLContext context() {
    DerivedIdentity identity = DerivedIdentity.of(read());
    return Contexts.of(identity.key(), identity.certificate(), identity.certificate());
  }

  private String read() {
    if (!Files.exists(file)) {
      throw DemofusionException.badRequest(
          file + " does not exist: openssl rand -base64 24 > " + file + " creates a secret");
    }
    Pem.requirePrivate(file);
    String secret = Pem.text(file).strip();
    if (secret.length() < FEWEST_CHARACTERS) {
      throw DemofusionException.badRequest(
          ("the secret in %s has %s characters; it must have at least %s: openssl rand "
                  + "-base64 24 creates a good one")
              .formatted(file, secret.length(), FEWEST_CHARACTERS));
    }
    return secret;
  }
}
