package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.fast.Refinement;
import demofusion.coordinator.diffusion.view.LocalWindows;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.api.request.method.DetailSettings;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.Inversion;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.LatentExtent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request's method and switches make of its phases, with the method's own defaults where the
 * request is silent (modes sections 1, 2, 5 and 6).
 */
final class PhaseSettings {
  private static final double STRENGTH_OF_DETAIL = 0.4;

  /** Samples of a latent up to which its first rows are computed before the others: 8192². */
  private static final long MOST_AHEAD = 1 << 22;

  private final RenderSpec spec;

  PhaseSettings(RenderSpec spec) {
    this.spec = spec;
  }

  /** Whether upscaling phases go from the picture of the phase before, on tiles alone. */
  boolean isOnTiles() {
    return spec.method() == RenderMethod.DETAIL || spec.method() == RenderMethod.FAST;
  }

  /**
   * Whether the first rows of a timestep go ahead of the end of the one before: where nothing but
   * windows is fused, and the latent is small beside the time that its tiles take.
   *
   * @param samples of the phase's latent
   */
  boolean isAhead(Phase phase, long samples) {
    return spec.method() == RenderMethod.DETAIL
        && phase.start() == Phase.Start.UPSCALED
        && samples <= MOST_AHEAD;
  }

  /** Whether upscaling phases are pulled back to the phase before. */
  boolean hasResidual() {
    return !isOnTiles() && spec.ablations().skipResidual();
  }

  /** Whether upscaling phases end with the spread of phase 1. */
  boolean standardises() {
    return !isOnTiles();
  }

  /** Between local windows where the request says nothing. */
  int standardStride(int window) {
    return Math.max(1, isOnTiles() ? window * 3 / 4 : window / 2);
  }

  WindowWeights weights() {
    WindowWeights asked = spec.methodSettings().windows().weights();
    if (asked != null) {
      return asked;
    }
    return isOnTiles() ? WindowWeights.COSINE : WindowWeights.UNIFORM;
  }

  LocalWindows windows(LatentExtent extent, int window, int stride) {
    WindowSettings windows = spec.methodSettings().windows();
    WindowSpacing standard = isOnTiles() ? WindowSpacing.EVEN : WindowSpacing.REFERENCE;
    return new LocalWindows(
        extent, window, stride, windows.spacing() != null ? windows.spacing() : standard);
  }

  /** Whether a phase is one of fast mode's: few steps, from a timestep of the distillation. */
  boolean isFast(Phase phase) {
    return phase.start() == Phase.Start.UPSCALED && spec.method() == RenderMethod.FAST;
  }

  /** How many timesteps such a phase has. */
  int fastTimesteps() {
    FastSettings fast = spec.methodSettings().fast();
    int inversions = fast.inversionOrStandard() == Inversion.DDIM ? 1 : 0;
    return inversions + fast.stepsOrStandard();
  }

  /** The share of its steps that an upscaling phase makes. */
  double strength(Phase phase) {
    PhaseStrengths asked = spec.methodSettings().strengths();
    SourcePicture source = spec.source();
    if (asked != null) {
      return asked.of(phase.number() - (source == null ? 2 : 1));
    }
    if (source != null && source.strength() < 1) {
      return source.strength();
    }
    return spec.method() == RenderMethod.DETAIL ? STRENGTH_OF_DETAIL : 1;
  }

  /**
   * The switches with what detail and fast take where the request is silent, since that may change
   * one day. The ladder stays unsaid: it follows from the size.
   *
   * @param refinement of fast; null in other methods
   */
  MethodSettings said(@Nullable Refinement refinement) {
    MethodSettings asked = spec.methodSettings();
    if (!isOnTiles()) {
      return asked;
    }
    WindowSettings windows = asked.windows();
    MethodSettings said =
        asked.withWindows(
            new WindowSettings(
                weights(),
                windows.spacing() == null ? WindowSpacing.EVEN : windows.spacing(),
                windows.interaction()));
    if (refinement != null) {
      FastSettings fast = asked.fast();
      Double injection = fast.injection();
      if (refinement.isOneStep()) {
        injection = fast.injectionOrStandard();
      }
      return said.withFast(
          new FastSettings(
              fast.lora(),
              fast.inversionOrStandard(),
              refinement.timestep(),
              refinement.steps(),
              fast.scheduler(),
              injection));
    }
    DetailSettings detail = asked.detail();
    SourcePicture source = spec.source();
    boolean isByPicture = source != null && source.strength() < 1;
    return said.withStrengths(
            asked.strengths() == null && !isByPicture
                ? new PhaseStrengths(List.of(STRENGTH_OF_DETAIL))
                : asked.strengths())
        .withDetail(
            new DetailSettings(
                detail.cutoffOrStandard(), detail.frequencyMixing(), detail.structureGuidance()));
  }

  /** Refuses more strengths than there are phases that they could be of. */
  void requireFitting(List<Phase> phases) {
    PhaseStrengths asked = spec.methodSettings().strengths();
    long upscaling = phases.stream().filter(phase -> phase.start() == Phase.Start.UPSCALED).count();
    if (asked != null && asked.shares().size() > Math.max(1, upscaling)) {
      throw DemofusionException.badRequest(
          ("phase strength %s has %s values, but this size has %s upscaling phase%s; give at most "
                  + "that many: the last value holds for all phases that follow")
              .formatted(asked, asked.shares().size(), upscaling, upscaling == 1 ? "" : "s"));
    }
  }
}
