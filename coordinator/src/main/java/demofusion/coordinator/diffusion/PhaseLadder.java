package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.Phase.Paths;
import demofusion.coordinator.diffusion.Phase.Start;
import demofusion.protocol.api.request.RenderMethod;
import demofusion.protocol.api.request.RenderSpec;
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
    if (spec.method() != RenderMethod.DEMOFUSION) {
      Paths paths = spec.method() == RenderMethod.DIRECT ? Paths.WHOLE : Paths.LOCAL;
      return List.of(new Phase(1, target, dilation(target), Start.NOISE, paths));
    }
    List<Phase> phases = new ArrayList<>();
    if (spec.source() != null) {
      LatentExtent first = firstExtent();
      phases.add(upscaled(1, first));
      if (first.equals(target)) {
        return phases;
      }
    } else {
      phases.add(new Phase(1, firstExtent(), 1, Start.NOISE, Paths.WHOLE));
    }
    int last = dilation(target);
    for (int k = 2; k <= last; k++) {
      if (k == last || spec.ablations().progressive()) {
        // The reference's count goes on after the picture's own phase, which it calls k = 1 as
        // well.
        phases.add(upscaled(phases.size() + 1, extent(k)));
      }
    }
    return phases;
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
    Paths paths = spec.ablations().dilated() ? Paths.LOCAL_AND_DILATED : Paths.LOCAL;
    return new Phase(number, extent, dilation(extent), Start.UPSCALED, paths);
  }

  private int dilation(LatentExtent extent) {
    return (extent.longer() + nativeSide - 1) / nativeSide;
  }
}
