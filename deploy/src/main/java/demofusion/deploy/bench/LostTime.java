package demofusion.deploy.bench;

import demofusion.coordinator.render.StepTimes;

/**
 * What the workers' time was spent on, all of them together; the shares and the rest make 1.
 *
 * @param work what the model takes for the picture's units
 * @param barrier waiting for the last units of a timestep, as the plan has it
 * @param coordinator waiting while a timestep was computed or a checkpoint written
 * @param network everything else: messages on their way, the machine's own hesitation
 */
public record LostTime(double work, double barrier, double coordinator, double network) {
  /**
   * @param seconds that the timesteps took
   * @param unitSeconds what the model takes for a unit
   */
  static LostTime of(PlanLimit limit, double unitSeconds, double seconds, StepTimes times) {
    double work = limit.units() * unitSeconds / limit.workers() / seconds;
    double barrier = limit.rounds() * unitSeconds / seconds - work;
    double coordinator = (times.computeSeconds() + times.checkpointSeconds()) / seconds;
    return new LostTime(work, barrier, coordinator, 1 - work - barrier - coordinator);
  }
}
