package demofusion.deploy.terminal;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.RenderProgress;
import demofusion.protocol.latent.PixelExtent;
import java.time.Duration;

/** How far a picture has come, in lines of text. */
final class Progress {
  private final RenderPlan plan;

  Progress(RenderPlan plan) {
    this.plan = plan;
  }

  /**
   * How far a timestep has come.
   *
   * @param timestep from 1; 0 while the phase before becomes what this one begins with
   * @param tilesPerSecond 0 if not known yet
   */
  record Numbers(
      int timestep,
      int timesteps,
      int tilesDone,
      int tiles,
      double tilesPerSecond,
      double secondsLeft) {}

  /**
   * One phase on its way.
   *
   * @param columns at most so many characters; 0 for any number
   */
  String line(RenderProgress progress, int columns) {
    return line(
        head(progress.phase()),
        new Numbers(
            progress.timestep(),
            progress.timesteps(),
            progress.tilesDone(),
            progress.tiles(),
            progress.tilesPerSecond(),
            progress.secondsLeft()),
        columns);
  }

  /**
   * The same for a phase of any plan.
   *
   * @param head says which phase
   */
  static String line(String head, Numbers numbers, int columns) {
    StringBuilder line = new StringBuilder(head);
    if (numbers.timestep() > 0) {
      line.append("  step ").append(numbers.timestep()).append('/').append(numbers.timesteps());
      line.append("  tiles ");
    } else if (numbers.tiles() == 0) {
      return cut(line.append("  waiting for the previous phase's image"), columns);
    } else {
      line.append("  encoding ");
    }
    line.append(numbers.tilesDone()).append('/').append(numbers.tiles());
    if (numbers.tilesPerSecond() > 0) {
      line.append("  ").append(Durations.rate(numbers.tilesPerSecond())).append(" tiles/s");
      line.append("  ETA ").append(Durations.clock(numbers.secondsLeft()));
    }
    return cut(line, columns);
  }

  /** What stays when a phase's timesteps are done. */
  String doneLine(Phase phase, Duration time) {
    return "%s  %s steps in %s"
        .formatted(head(phase), plan.timesteps(phase), Durations.words(time.toMillis() / 1e3));
  }

  /** While the picture is made of the last latent. */
  String decodingLine(int columns) {
    return decodingLine(plan.pictureSize().width(), plan.pictureSize().height(), columns);
  }

  static String decodingLine(int width, int height, int columns) {
    return cut(new StringBuilder("decoding " + width + "x" + height), columns);
  }

  private String head(Phase phase) {
    PixelExtent size = phase.extent().toPixels(plan.geometry().vaeScaleFactor());
    int last = plan.lastPhase().number();
    return "phase " + phase.number() + "/" + last + "  " + size;
  }

  private static String cut(StringBuilder line, int columns) {
    return columns > 0 && line.length() > columns ? line.substring(0, columns) : line.toString();
  }
}
