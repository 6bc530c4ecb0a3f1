package demofusion.coordinator.render.timing;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How fast work gets done at present: over the last minute, or the last two timesteps where those
 * take longer, since within one the rate goes up and down. So what is left is estimated by the
 * workers that are there now, soon after some were paused, came, or loaded their models anew.
 */
public final class RecentRate {
  private static final double SHORTEST = 60; // seconds
  private static final int TIMESTEPS = 2;

  /** Points are no closer than that, or than this part of the time since the beginning. */
  private static final double CLOSEST = 1;

  private static final double CLOSEST_PART = 1.0 / 512;

  private record Point(double seconds, double work) {}

  private final Deque<Point> points = new ArrayDeque<>();
  private final Deque<Double> timesteps = new ArrayDeque<>(); // when the last few began

  /** A run begins, at 0 seconds. */
  public RecentRate() {
    points.add(new Point(0, 0));
    timesteps.add(0.0);
  }

  /** A timestep begins. */
  public void timestep(double seconds) {
    timesteps.add(seconds);
    if (timesteps.size() > TIMESTEPS + 1) {
      timesteps.remove();
    }
  }

  /**
   * @param work done since the run began, never less than before
   * @return the same per second; 0 if no time has passed
   */
  public double at(double seconds, double work) {
    double from = Math.min(seconds - SHORTEST, timesteps.element());
    while (points.size() > 1 && second().seconds() <= from) {
      points.remove();
    }
    Point first = points.element();
    double closest = Math.max(CLOSEST, seconds * CLOSEST_PART);
    if (seconds - points.getLast().seconds() >= closest) {
      points.add(new Point(seconds, work));
    }
    double time = seconds - first.seconds();
    return time > 0 ? (work - first.work()) / time : 0;
  }

  private Point second() {
    return points.stream().skip(1).findFirst().orElseThrow();
  }
}
