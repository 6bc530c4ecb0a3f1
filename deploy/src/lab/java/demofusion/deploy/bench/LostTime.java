package demofusion.deploy.bench;

import demofusion.coordinator.render.timing.StepTimes;
import java.time.Duration;
import java.time.Instant;

/**
 * What the workers' time was spent on, all of them together; the shares make 1.
 *
 * @param work what the model takes for the picture's units
 * @param barrier waiting for the last units of a timestep, as the plan has it, as far as units of
 *     the next timestep did not take that time
 * @param beginning until the first timestep: the job was put on disk, its words were encoded
 * @param coordinator waiting while a timestep was computed or a checkpoint written
 * @param pictures waiting for the picture of a phase, which the next one begins with
 * @param network everything else: messages on their way, the machine's own hesitation
 */
public record LostTime(
    double work,
    double barrier,
    double beginning,
    double coordinator,
    double pictures,
    double network) {
  /**
   * @param unitSeconds what the model takes for a unit
   * @param submitted when the picture was handed in; its time ends with the last timestep
   */
  static LostTime of(PlanLimit limit, double unitSeconds, Instant submitted, StepTimes times) {
    double seconds = seconds(submitted, times.ended());
    double work = limit.units() * unitSeconds / limit.workers() / seconds;
    double ofPlan = limit.rounds() * unitSeconds / seconds - work;
    double beginning = seconds(submitted, times.begun()) / seconds;
    double coordinator = (times.computeSeconds() + times.checkpointSeconds()) / seconds;
    Double between = times.betweenSeconds();
    double encoding = limit.encoding() * unitSeconds;
    double pictures = between == null ? 0 : Math.max(0, between - encoding) / seconds;
    double rest = 1 - work - beginning - coordinator - pictures;
    double barrier = Math.max(0, Math.min(ofPlan, rest));
    return new LostTime(work, barrier, beginning, coordinator, pictures, rest - barrier);
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
