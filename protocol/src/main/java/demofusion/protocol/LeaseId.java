package demofusion.protocol;

/**
 * One batch handed to one worker once. An answer whose epoch is not the batch's present one is
 * late: dropped and counted.
 *
 * @param batch the batch's number within its job, never used again
 * @param epoch how many times the batch was handed out before
 */
public record LeaseId(JobId job, long batch, int epoch) {
  @Override
  public String toString() {
    return job + "/" + batch + "." + epoch;
  }
}
