package demofusion.deploy.sharing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a worker leave as soon as somebody announces the end of its machine. */
public final class LeaveWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LeaveWatch.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final CountDownLatch ended = new CountDownLatch(1);

  private LeaveWatch() {}

  /**
   * Asks each second from here on.
   *
   * @param leave is run once, at the first notice
   */
  public static LeaveWatch over(String worker, List<LeaveNotice> notices, Runnable leave) {
    return over(worker, notices, leave, LOOK);
  }

  static LeaveWatch over(String worker, List<LeaveNotice> notices, Runnable leave, Duration look) {
    LeaveWatch watch = new LeaveWatch();
    if (!notices.isEmpty()) {
      Thread thread = new Thread(() -> watch.look(worker, notices, leave, look), "leave-watch");
      thread.setDaemon(true);
      thread.start();
    }
    return watch;
  }

  private void look(String worker, List<LeaveNotice> notices, Runnable leave, Duration look) {
    try {
      do {
        Optional<String> notice =
            notices.stream().flatMap(each -> each.given().stream()).findFirst();
        if (notice.isPresent()) {
          LOG.info("event=leave-notice worker={} notice=\"{}\"", worker, notice.get());
          leave.run();
          return;
        }
      } while (!ended.await(look.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nobody is left who could leave. */
  public void end() {
    ended.countDown();
  }
}
