package demofusion.coordinator.diffusion;

import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.LoraUse;
import java.util.ArrayList;
import java.util.List;

/** How the units of work of each phase are guided, and with which weights (modes 4 and 6). */
final class PhaseUnits {
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

  /** What the phase before ended with, or the picture's latent, which has the phase's own size. */
  private LatentExtent before(Phase phase) {
    return phase.number() == 1 ? phase.extent() : plan.phases().get(phase.number() - 2).extent();
  }

  /** side·before/now, rounded half up. */
  private static int share(int side, int before, int now) {
    return (int) ((2L * side * before + now) / (2L * now));
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
