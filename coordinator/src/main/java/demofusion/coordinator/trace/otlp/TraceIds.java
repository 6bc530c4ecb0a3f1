package demofusion.coordinator.trace.otlp;

import demofusion.protocol.JobId;
import demofusion.protocol.Sha256;
import io.opentelemetry.sdk.trace.IdGenerator;

/**
 * Gives a job's trace a number that is made of the job's own, so that all runs of a job, also under
 * another coordinator, are one trace. For one thread.
 */
final class TraceIds implements IdGenerator {
  private static final int DIGITS = 32;

  private final IdGenerator random = IdGenerator.random();
  private String next = "";

  /** The number of a job's trace, where no request's trace has one. */
  static String of(JobId job) {
    return Sha256.hexOf("demofusion job " + job.value()).substring(0, DIGITS);
  }

  /** The next trace is this job's. */
  void next(JobId job) {
    next = of(job);
  }

  @Override
  public String generateTraceId() {
    return next;
  }

  @Override
  public String generateSpanId() {
    return random.generateSpanId();
  }
}
