package demofusion.deploy.node;

import demofusion.deploy.security.TlsFiles;
import demofusion.protocol.DemofusionException;
import java.time.Clock;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a node's certificates when it starts and twice a day from then on, and warns in the log
 * for a month before one expires: a node runs for longer than anyone remembers how long they last.
 */
final class CertificateWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
  private static final Duration NOTICE = Duration.ofDays(30);
  private static final Duration PACE = Duration.ofHours(12);

  /** Time to check. */
  private enum Check {
    NOW
  }

  private CertificateWatch() {}

  static Behavior<?> create(TlsFiles files, Clock clock) {
    return Behaviors.<Check>withTimers(
        timers -> {
          timers.startTimerWithFixedDelay(Check.NOW, Duration.ZERO, PACE);
          return BehaviorBuilder.<Check>create()
              .onMessage(
                  Check.class,
                  check -> {
                    checkExpiry(files, clock);
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private static void checkExpiry(TlsFiles files, Clock clock) {
    try {
      files
          .expirySoon(clock.instant(), NOTICE)
          .ifPresent(sentence -> LOG.warn("event=certificate-expires sentence=\"{}\"", sentence));
    } catch (DemofusionException e) {
      LOG.warn("event=certificate-unreadable sentence=\"{}\"", e.userMessage());
    }
  }
}
