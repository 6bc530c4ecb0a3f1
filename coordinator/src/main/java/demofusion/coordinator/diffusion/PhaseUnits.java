package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.condition.Conditions;
import demofusion.coordinator.diffusion.condition.StepConditions;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.LoraUse;
import java.util.ArrayList;
import java.util.List;

/**
 * How the units of work of each phase are guided, with which weights, and what they are told beside
 * their texts (modes sections 4 and 6; conditioning section 2).
 */
public final class PhaseUnits {
  /** The text half alone. */
  private static final Guidance NONE = new Guidance(1, 0);

  private final RenderPlan plan;

  PhaseUnits(RenderPlan plan) {
    this.plan = plan;
  }

  /** Guidance of a phase's local or dilated views. */
  Guidance guidance(Phase phase, boolean isLocal) {
    if (plan.settings().isFast(phase)) {
      return NONE;
    }
    Guidance whole = plan.guidance();
    SplitSettings split = plan.spec().methodSettings().split();
    Float high = split.high();
    if (high == null || !isLocal || phase.start() == Phase.Start.NOISE || !whole.isActive()) {
      return whole;
    }
    LatentExtent window = plan.localView(phase);
    LatentExtent now = phase.extent();
    LatentExtent before = before(phase);
    return whole.withSplit(
        new Guidance.Split(
            high,
            split.split(),
            share(window.height(), before.height(), now.height()),
            share(window.width(), before.width(), now.width())));
  }

  /** Whether a view has two halves at all: a UNet that is told the guidance has one. */
  boolean isGuided(Phase phase) {
    return guidance(phase, true).isActive() && !plan.geometry().inputs().guidance();
  }

  /** What the phase before ended with, or the picture's latent, which has the phase's own size. */
  private LatentExtent before(Phase phase) {
    return phase.number() == 1 ? phase.extent() : plan.phases().get(phase.number() - 2).extent();
  }

  /** side·before/now, rounded half up. */
  private static int share(int side, int before, int now) {
    return (int) ((2L * side * before + now) / (2L * now));
  }

  /** What the forwards of a timestep are told beside their texts. */
  StepConditions conditions(Phase phase, int step) {
    return plan.conditions().at(phase.number(), inSchedule(phase, step));
  }

  /** What a timestep's forwards cost, where the UNet alone costs 1. */
  public double effort(Phase phase, int step) {
    return plan.conditions().effort(phase.number(), inSchedule(phase, step));
  }

  /**
   * A timestep's number in a whole phase's schedule. Fast mode's upscaling phases have none of
   * their own: they are the end of one.
   */
  public int inSchedule(Phase phase, int step) {
    return plan.settings().isFast(phase) ? plan.steps() - 1 : step;
  }

  /**
   * What the first timesteps of a phase cost, in guided views, ControlNets included.
   *
   * @param done how many
   */
  public double guidedTiles(Phase phase, int done) {
    if (plan.spec().conditions().controls().isEmpty()) {
      return unetTiles(phase, plan.evaluations(phase, done));
    }
    Conditions conditions = plan.conditions();
    double all = 0;
    double before = 0;
    for (int n = 0; n < done; n++) {
      double now = unetTiles(phase, plan.evaluations(phase, n + 1));
      int step = inSchedule(phase, plan.firstStep(phase) + n);
      all += (now - before) * conditions.effort(phase.number(), step);
      before = now;
    }
    return all;
  }

  /** The UNet alone, in a phase's first evaluations. */
  private double unetTiles(Phase phase, int evaluations) {
    return plan.spec().regions().isEmpty()
        ? (plan.isGuided(phase) ? 1 : 0.5) * plan.guidedViews(phase, evaluations)
        : evaluations * plan.guidedTiles(phase);
  }

  /** What is put into the UNet: fast mode's own LoRA where a few-step model is asked. */
  Additions additions(Phase phase, int step) {
    Additions base = plan.spec().additions();
    FastSettings fast = plan.spec().methodSettings().fast();
    LoraUse lora = fast.lora();
    boolean isInversion = step == 0 && fast.inversionOrStandard() == Inversion.DDIM;
    if (lora == null || isInversion || !plan.settings().isFast(phase)) {
      return base;
    }
    List<LoraUse> loras = new ArrayList<>(base.loras());
    loras.add(lora);
    return base.withLoras(loras);
  }
}
