package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.Phase.Paths;
import demofusion.coordinator.diffusion.Phase.Start;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.LatentExtent;
import java.util.ArrayList;
import java.util.List;

/**
 * Which phases lead to the target (paper, section 3.2; spec section 1). Phase k has k times the
 * native side on its longer side, in the target's aspect; the last one is the target itself,
 * whatever its size.
 */
final class PhaseLadder {
  private final RenderSpec spec;
  private final LatentExtent target;
  private final int nativeSide;

  /**
   * @param nativeSide S, in latent samples
   */
  PhaseLadder(RenderSpec spec, LatentExtent target, int nativeSide) {
    this.spec = spec;
    this.target = target;
    this.nativeSide = nativeSide;
  }

  List<Phase> phases() {
    if (isOfOnePhase()) {
      Paths paths = spec.method() == RenderMethod.DIRECT ? Paths.WHOLE : Paths.LOCAL;
      return List.of(new Phase(1, target, dilation(target), Start.NOISE, paths));
    }
    List<Phase> phases = new ArrayList<>();
    for (int k : scales()) {
      // The reference's count goes on after the picture's own phase, which it calls k = 1 as well.
      phases.add(
          phases.isEmpty() && spec.source() == null
              ? new Phase(1, firstExtent(), 1, Start.NOISE, Paths.WHOLE)
              : upscaled(phases.size() + 1, extent(k)));
    }
    return phases;
  }

  /** k of each phase: as asked for, or the method's own (modes section 1). */
  private List<Integer> scales() {
    if (spec.method() == RenderMethod.SR) {
      return List.of(1); // an upscaler does the rest
    }
    int last = dilation(target);
    PhaseScales asked = spec.methodSettings().phases();
    if (asked != null) {
      requireEnd(asked, last);
      return asked.scales();
    }
    List<Integer> scales = new ArrayList<>(List.of(1));
    boolean doubles = new PhaseSettings(spec).isOnTiles();
    for (int k = 2; k < last && spec.ablations().progressive(); k = doubles ? 2 * k : k + 1) {
      scales.add(k);
    }
    if (last > 1) {
      scales.add(last);
    }
    return scales;
  }

  private void requireEnd(PhaseScales asked, int last) {
    int end = asked.scales().get(asked.scales().size() - 1);
    if (end != last) {
      throw DemofusionException.badRequest(
          ("phases %s must end at %s and not at %s, since the longer side of this size is %s latent "
                  + "pixels, and the model's native side %s")
              .formatted(asked, last, end, target.longer(), nativeSide));
    }
  }

  /** The size of phase 1, which is also what a picture to start from is brought to. */
  LatentExtent firstExtent() {
    return extent(1);
  }

  /** Integer arithmetic throughout: floating point loses samples at some sizes. */
  private LatentExtent extent(int k) {
    if (k >= dilation(target)) {
      return target;
    }
    int longer = nativeSide * k;
    int shorter = Math.max(1, (int) ((long) longer * target.shorter() / target.longer()));
    return target.height() >= target.width()
        ? new LatentExtent(longer, shorter)
        : new LatentExtent(shorter, longer);
  }

  private Phase upscaled(int number, LatentExtent extent) {
    boolean isDilated = spec.method() == RenderMethod.DEMOFUSION && spec.ablations().dilated();
    Paths paths = isDilated ? Paths.LOCAL_AND_DILATED : Paths.LOCAL;
    return new Phase(number, extent, dilation(extent), Start.UPSCALED, paths);
  }

  private boolean isOfOnePhase() {
    return spec.method() == RenderMethod.DIRECT || spec.method() == RenderMethod.MULTIDIFFUSION;
  }

  private int dilation(LatentExtent extent) {
    return (extent.longer() + nativeSide - 1) / nativeSide;
  }
}
