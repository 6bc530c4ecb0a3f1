package demofusion.deploy.launch;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.event.slf4j.Slf4jLoggingFilter;

/**
 * Lets {@code RemotingNotices} hear every warning of Pekko's; what is written to the log is as
 * before SLF4J's decision.
 */
public final class WarningsHeard extends Slf4jLoggingFilter {
  /** For Pekko, which makes one for each actor system. */
  public WarningsHeard(ActorSystem.Settings settings, EventStream events) {
    super(settings, events);
  }

  @Override
  public boolean isWarningEnabled(Class<?> source, String name) {
    return true;
  }
}
