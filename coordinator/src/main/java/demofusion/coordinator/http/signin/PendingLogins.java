package demofusion.coordinator.http.signin;

import demofusion.protocol.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sign-ins that were begun, each of which ends once, in the browser that began it, within ten
 * minutes. There are never more than so many: beyond that the oldest are forgotten, so that whoever
 * begins thousands keeps nobody out who signs in in less time than those take. For any thread.
 */
final class PendingLogins {
  static final Duration LONGEST = Duration.ofMinutes(10);
  static final int MOST = 10_000;

  private static final int RANDOM_BYTES = 32;

  /**
   * One, and which browser began it.
   *
   * @param browser hash of what that keeps
   */
  private record Begun(PendingLogin login, byte[] browser, Instant end) {}

  /**
   * What was begun.
   *
   * @param browser what that keeps, and shows when it comes back
   */
  record Beginning(PendingLogin login, String browser) {}

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /** By their states, the oldest first. */
  private final Map<String, Begun> pending = new LinkedHashMap<>();

  PendingLogins(InstantSource clock) {
    this.clock = clock;
  }

  synchronized Beginning begin(URI redirect, String returnTo) {
    Instant now = clock.instant();
    Iterator<Begun> oldest = pending.values().iterator();
    while (oldest.hasNext()) {
      boolean isOver = !oldest.next().end().isAfter(now);
      if (!isOver && pending.size() < MOST) {
        break;
      }
      oldest.remove();
    }
    PendingLogin login = new PendingLogin(random(), random(), random(), redirect, returnTo);
    String browser = random();
    pending.put(login.state(), new Begun(login, hash(browser), now.plus(LONGEST)));
    return new Beginning(login, browser);
  }

  /**
   * The one that the provider has answered, which is over with that.
   *
   * @param browser what the browser keeps
   * @return empty if there is none, or another browser began it
   */
  synchronized Optional<PendingLogin> end(String state, String browser) {
    return Optional.ofNullable(pending.remove(state))
        .filter(begun -> begun.end().isAfter(clock.instant()))
        .filter(begun -> MessageDigest.isEqual(begun.browser(), hash(browser)))
        .map(Begun::login);
  }

  private String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] hash(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
