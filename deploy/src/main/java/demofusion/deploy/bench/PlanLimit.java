package demofusion.deploy.bench;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;

/**
 * How much faster some workers can at most be than one, on one picture. A timestep ends when its
 * last unit is done, so N workers need as long as ⌈units/N⌉ units one after another; a property of
 * the plan, whoever carries it out. Units count as equally long.
 *
 * @param units of the whole picture: what one worker does one after another
 * @param rounds of units that so many workers do one after another
 */
public record PlanLimit(long units, long rounds, int workers) {
  public static PlanLimit of(RenderPlan plan, int workers) {
    long units = 0;
    long rounds = 0;
    for (Phase phase : plan.phases()) {
      int ofTimestep = plan.batches(phase);
      units += (long) plan.timesteps(phase) * ofTimestep;
      rounds += (long) plan.timesteps(phase) * ((ofTimestep + workers - 1) / workers);
    }
    return new PlanLimit(units, rounds, workers);
  }

  public double speedup() {
    return (double) units / rounds;
  }
}
