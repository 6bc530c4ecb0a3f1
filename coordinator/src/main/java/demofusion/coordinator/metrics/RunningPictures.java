package demofusion.coordinator.metrics;

import demofusion.coordinator.render.RenderEvent;
import demofusion.coordinator.render.RenderProgress;
import demofusion.protocol.JobId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Progress of the running images, according to their events. */
final class RunningPictures {
  /** Of one picture; it is there from its plan to its end. */
  private static final class Picture {
    final long pixels;
    Instant saved;
    @Nullable RenderProgress progress;

    Picture(long pixels, Instant begun) {
      this.pixels = pixels;
      this.saved = begun;
    }
  }

  /**
   * All of them together.
   *
   * @param phases how many are in each
   * @param checkpointAge of the one whose last checkpoint is the oldest; zero if none runs
   * @param secondsLeft of the one that takes longest
   */
  record Sum(
      Map<Integer, Integer> phases, Duration checkpointAge, double tilesLeft, double secondsLeft) {}

  private final Clock clock;
  private final Map<JobId, Picture> pictures = new HashMap<>();

  RunningPictures(Clock clock) {
    this.clock = clock;
  }

  synchronized void begun(RenderEvent.Planned planned) {
    pictures.put(planned.job(), new Picture(planned.plan().size().area(), clock.instant()));
  }

  synchronized void progressed(RenderEvent.Progressed progressed) {
    Picture picture = pictures.get(progressed.job());
    if (picture != null) {
      picture.progress = progressed.progress();
    }
  }

  /** What was done is on disk. */
  synchronized void saved(JobId job) {
    Picture picture = pictures.get(job);
    if (picture != null) {
      picture.saved = clock.instant();
    }
  }

  synchronized void ended(JobId job) {
    pictures.remove(job);
  }

  /** Of a picture that is drawn now; 0 if that is not known. */
  synchronized long pixels(JobId job) {
    Picture picture = pictures.get(job);
    return picture == null ? 0 : picture.pixels;
  }

  synchronized Sum sum() {
    Map<Integer, Integer> phases = new TreeMap<>();
    Instant oldest = clock.instant();
    Instant now = oldest;
    double tilesLeft = 0;
    double secondsLeft = 0;
    for (Picture picture : pictures.values()) {
      oldest = picture.saved.isBefore(oldest) ? picture.saved : oldest;
      RenderProgress progress = picture.progress;
      if (progress != null) {
        phases.merge(progress.phase().number(), 1, Integer::sum);
        tilesLeft += progress.pictureTiles() - progress.pictureTilesDone();
        secondsLeft = Math.max(secondsLeft, progress.secondsLeft());
      }
    }
    return new Sum(phases, Duration.between(oldest, now), tilesLeft, secondsLeft);
  }
}
