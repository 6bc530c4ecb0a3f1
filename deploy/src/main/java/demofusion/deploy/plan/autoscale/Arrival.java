package demofusion.deploy.plan.autoscale;

/**
 * A job that comes.
 *
 * @param seconds since the beginning
 * @param work in seconds of one GPU, above 0
 */
public record Arrival(double seconds, double work) {
  public Arrival {
    if (!(seconds >= 0 && work > 0)) {
      throw new IllegalArgumentException("a job at " + seconds + " s of " + work + " GPU-seconds");
    }
  }
}
