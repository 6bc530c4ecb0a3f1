package demofusion.worker;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.LeaseId;
import demofusion.protocol.LogThrottle;
import demofusion.protocol.message.TileWorkerProtocol.Perform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a {@link TileWorker} tells operators: one line for each event, under the same lease as the
 * coordinator's lines. Each batch is a line only at DEBUG; faults that repeat are thinned out.
 */
final class WorkLog {
  private static final String NOT_DONE = "not done: out of memory";

  private static final Logger LOG = LoggerFactory.getLogger(TileWorker.class);
  private static final double NANOS_PER_MILLI = 1e6;

  private final String worker;
  private final LogThrottle gate = new LogThrottle();

  WorkLog(String worker) {
    this.worker = worker;
  }

  /** A coordinator takes the worker on; what it had been given before is somebody else's. */
  void begunAnew(int dropped, int running) {
    if (dropped + running > 0) {
      LOG.info("event=begun-anew worker={} dropped={} running={}", worker, dropped, running);
    }
  }

  void begun(Perform perform) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "event=work-begun worker={} job={} lease={} work={}",
          worker,
          perform.lease().job(),
          perform.lease(),
          perform.work().getClass().getSimpleName());
    }
  }

  void done(Perform perform, long nanos) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "event=work-done worker={} job={} lease={} millis={}",
          worker,
          perform.lease().job(),
          perform.lease(),
          Math.round(nanos / NANOS_PER_MILLI));
    }
  }

  /** The device is neither known to be sound nor known not to be. */
  void notProved() {
    LOG.warn("event=selftest-not-done worker={} sentence=\"{}\"", worker, NOT_DONE);
  }

  void handedBack(LeaseId lease) {
    LOG.debug("event=work-handed-back worker={} job={} lease={}", worker, lease.job(), lease);
  }

  void failed(LeaseId lease, DemofusionException failure, long now) {
    gate.pass("work-failed", now)
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event=work-failed worker={} job={} lease={} code={} left-out={}"
                        + " sentence=\"{}\"",
                    worker,
                    lease.job(),
                    lease,
                    failure.code(),
                    leftOut,
                    failure.userMessage(),
                    failure.getCause()));
  }

  void answerDropped(LeaseId lease, String reason, long now) {
    gate.pass("answer-dropped", now)
        .ifPresent(
            leftOut ->
                LOG.warn(
                    "event=answer-dropped worker={} job={} lease={} left-out={} reason=\"{}\"",
                    worker,
                    lease.job(),
                    lease,
                    leftOut,
                    reason));
  }

  void draining(int running) {
    LOG.info("event=draining worker={} running={}", worker, running);
  }
}
