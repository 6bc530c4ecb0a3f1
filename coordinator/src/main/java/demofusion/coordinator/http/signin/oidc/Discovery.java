package demofusion.coordinator.http.signin.oidc;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import demofusion.coordinator.http.signin.OidcSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the provider is to be asked, by its own word (OpenID Connect Discovery 1.0): asked for in the
 * background until there is an answer, and every hour from then on. What was known stays where it
 * does not answer any more.
 */
final class Discovery {
  private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);
  private static final String PATH = "/.well-known/openid-configuration";
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LAST = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofHours(1);

  /** Of a document, or of a set of keys. */
  private static final int LARGEST = 1 << 20;

  /**
   * An answer.
   *
   * @param idTokens how tokens are read that this provider signs
   */
  record Found(OIDCProviderMetadata metadata, IdTokens idTokens) {}

  private final OidcSettings settings;
  private final ActorSystem<?> system;
  private final Executor threads;
  private final DefaultResourceRetriever web =
      new DefaultResourceRetriever(OidcProvider.CONNECT_MILLIS, OidcProvider.READ_MILLIS, LARGEST);
  private volatile @Nullable Found found;
  private @Nullable Cancellable next;
  private boolean isClosed;
  private Duration pause = FIRST;
  private String lastReason = "";

  Discovery(OidcSettings settings, ActorSystem<?> system, Executor threads) {
    this.settings = settings;
    this.system = system;
    this.threads = threads;
  }

  Optional<Found> found() {
    return Optional.ofNullable(found);
  }

  void begin() {
    try {
      threads.execute(this::ask);
    } catch (RejectedExecutionException e) {
      later(LAST);
    }
  }

  private void ask() {
    try {
      Found news = read();
      boolean isNew = found == null || !lastReason.isEmpty();
      found = news;
      lastReason = "";
      pause = FIRST;
      if (isNew) {
        LOG.info("event=sign-in-provider-found provider={}", settings.provider());
      }
      later(AGAIN);
    } catch (IOException | ParseException e) {
      String reason = Reasons.of(e);
      if (!reason.equals(lastReason)) {
        LOG.warn(
            "event=sign-in-provider-unreachable provider={} reason=\"{}\"",
            settings.provider(),
            reason);
      }
      lastReason = reason;
      later(pause);
      pause = pause.multipliedBy(2).compareTo(LAST) < 0 ? pause.multipliedBy(2) : LAST;
    }
  }

  private Found read() throws IOException, ParseException {
    URL place = URI.create(settings.issuer().toString().replaceFirst("/+$", "") + PATH).toURL();
    OIDCProviderMetadata metadata =
        OIDCProviderMetadata.parse(web.retrieveResource(place).getContent());
    String name = metadata.getIssuer().getValue();
    if (!name.equals(settings.issuer().toString())) {
      throw new IOException(
          "the provider calls itself %s, and --oidc-issuer must be exactly that".formatted(name));
    }
    require("authorization", metadata.getAuthorizationEndpointURI());
    require("token", metadata.getTokenEndpointURI());
    URI keys = require("keys", metadata.getJWKSetURI());
    URI end = metadata.getEndSessionEndpointURI();
    if (end != null) {
      require("end of sessions", end);
    }
    return new Found(metadata, new IdTokens(settings, keys.toURL(), web));
  }

  private URI require(String what, @Nullable URI place) throws IOException {
    if (place == null || place.getHost() == null || !settings.trusts(place)) {
      throw new IOException("the provider names no place for %s with TLS".formatted(what));
    }
    return place;
  }

  private synchronized void later(Duration time) {
    if (!isClosed) {
      next = system.scheduler().scheduleOnce(time, this::begin, system.executionContext());
    }
  }

  synchronized void close() {
    isClosed = true;
    if (next != null) {
      next.cancel();
    }
  }
}
