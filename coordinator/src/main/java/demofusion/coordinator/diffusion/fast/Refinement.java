package demofusion.coordinator.diffusion.fast;

import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.model.FewStepFile;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import org.jspecify.annotations.Nullable;

/**
 * What an upscaling phase of fast mode does in the place of the whole schedule: few steps from a
 * timestep on that the few-step model was distilled at.
 *
 * @param timestep K
 * @param steps n; one needs no solver, since it ends at the clean latent
 * @param solver of the steps; null where there is one step and the few-step model's kind is not
 *     said
 */
public record Refinement(int timestep, int steps, @Nullable SchedulerKind solver) {
  private static final int USUAL_TIMESTEP = 249;
  private static final int CONSISTENCY_TIMESTEP = 259;

  /**
   * What a request asks for, resolved against its model.
   *
   * @param ofFirstPhase the solver of phase 1
   * @throws DemofusionException BAD_REQUEST for a timestep or a number of steps that this kind of
   *     few-step model cannot have, and for a model that is told noise levels
   */
  public static Refinement of(
      FastSettings fast, SchedulerKind ofFirstPhase, SchedulerConfig folder) {
    if (folder.isOfEdm()) {
      throw DemofusionException.badRequest(
          "method fast begins its phases at a timestep, and this model is told noise levels (EDM):"
              + " use method demofusion or detail");
    }
    SchedulerKind solver = fast.scheduler() == null ? ofFirstPhase : fast.scheduler();
    boolean isSaid = solver.solver().isOfFewSteps();
    boolean isConsistency =
        isSaid ? solver.solver().isOfConsistency() : isCalledConsistency(fast.lora());
    int timestep =
        fast.timestep() != null
            ? fast.timestep()
            : isConsistency ? CONSISTENCY_TIMESTEP : USUAL_TIMESTEP;
    int steps = fast.stepsOrStandard();
    Refinement refinement = new Refinement(timestep, steps, isSaid || steps > 1 ? solver : null);
    refinement.require(folder);
    return refinement;
  }

  private static boolean isCalledConsistency(@Nullable LoraUse lora) {
    return lora != null
        && FewStepFile.called(lora.name())
            .filter(file -> file.scheduler().solver().isOfConsistency())
            .isPresent();
  }

  private void require(SchedulerConfig folder) {
    if (solver != null) {
      Schedulers.refining(folder, solver, steps, timestep, null);
    }
    int trained = folder.integer("num_train_timesteps", 1000, 1, 1_000_000);
    if (timestep >= trained) {
      throw DemofusionException.badRequest(
          "fast timestep %s must be below the model's timesteps, %s".formatted(timestep, trained));
    }
  }

  /** Whether it is one prediction, with injection of noise and without a solver. */
  public boolean isOneStep() {
    return steps == 1;
  }

  /**
   * The solver of more than one step.
   *
   * @param eta of TCD; null: its own
   */
  public Scheduler scheduler(SchedulerConfig folder, @Nullable Double eta) {
    if (solver == null) {
      throw new IllegalStateException("one step needs no solver");
    }
    return Schedulers.refining(folder, solver, steps, timestep, eta);
  }
}
