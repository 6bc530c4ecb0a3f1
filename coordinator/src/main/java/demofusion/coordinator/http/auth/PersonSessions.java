package demofusion.coordinator.http.auth;

import demofusion.protocol.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Browsers' sessions of people who signed in with a provider: for so many hours, and never longer
 * than this process runs, so that whoever lost a group at the provider, or a role in the settings,
 * has it here no longer than that. For any thread.
 */
public final class PersonSessions {
  /** A working day. */
  public static final Duration LONGEST = Duration.ofHours(12);

  /** Each has an ID token of a few kilobytes. */
  static final int MOST = 4096;

  private static final int ID_BYTES = 32;

  /**
   * One.
   *
   * @param end from when on it counts no more
   * @param idToken by which the provider knows what to end, when the person signs out
   */
  public record Session(Caller caller, Instant end, String idToken) {
    /** Without the token. */
    @Override
    public String toString() {
      return "session of " + caller.name() + " until " + end;
    }
  }

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /** By the hash of what the browser has, the oldest first. */
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  public PersonSessions(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Begins one; where there are too many the oldest ends.
   *
   * @return what the browser keeps
   */
  public synchronized String begin(Caller caller, String idToken) {
    Instant now = clock.instant();
    Iterator<Session> oldest = sessions.values().iterator();
    while (oldest.hasNext()) {
      boolean isOver = !oldest.next().end().isAfter(now);
      if (!isOver && sessions.size() < MOST) {
        break;
      }
      oldest.remove();
    }
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    sessions.put(hash(id), new Session(caller, now.plus(LONGEST), idToken));
    return id;
  }

  /** Whose it is, if it is not over. */
  public synchronized Optional<Caller> find(String id) {
    return Optional.ofNullable(sessions.get(hash(id)))
        .filter(session -> session.end().isAfter(clock.instant()))
        .map(Session::caller);
  }

  /** Ends it, for whoever has it. */
  public synchronized Optional<Session> end(String id) {
    return Optional.ofNullable(sessions.remove(hash(id)));
  }

  /** A dump of this process's memory lets nobody in. */
  private static String hash(String id) {
    return HexFormat.of().formatHex(Sha256.of(id.getBytes(StandardCharsets.UTF_8)));
  }
}
