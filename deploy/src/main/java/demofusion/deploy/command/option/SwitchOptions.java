package demofusion.deploy.command.option;

import demofusion.deploy.command.option.group.OptionGroup;
import demofusion.protocol.api.request.method.GuidanceSplit;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.PhaseScales;
import demofusion.protocol.api.request.method.PhaseStrengths;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.api.request.method.SplitSettings;
import demofusion.protocol.api.request.method.WindowSettings;
import demofusion.protocol.api.request.method.WindowSpacing;
import demofusion.protocol.api.request.method.WindowWeights;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Switches of newer work on the ladder of phases, its windows, their guidance and noise. */
public final class SwitchOptions implements OptionGroup {
  @Option(
      names = "--phases",
      paramLabel = "1,K,…",
      description =
          "Sizes of phases, as multiples of the native size, rising to the target's (default:"
              + " 1,2,3,…; in detail and fast 1,2,4,…).")
  @Nullable PhaseScales phases;

  @Option(
      names = "--phase-strength",
      paramLabel = "R[,R…]",
      description =
          "Share of its steps that each upscaling phase makes, above 0 and at most 1; the last"
              + " value holds for all that follow (default: 1; in detail 0.4).")
  @Nullable PhaseStrengths phaseStrength;

  @Option(
      names = "--window-weights",
      paramLabel = "NAME",
      description =
          "Blending of overlapping tiles: uniform, linear, cosine or gaussian (default: uniform; in"
              + " detail and fast cosine).")
  @Nullable WindowWeights windowWeights;

  @Option(
      names = "--window-spacing",
      paramLabel = "NAME",
      description =
          "Placement of tiles: reference, the last one moved back, or even (default: reference; in"
              + " detail and fast even).")
  @Nullable WindowSpacing windowSpacing;

  @Option(
      names = "--window-interaction",
      description =
          "Let dilated views exchange samples (AccDiffusion); costs no extra forward pass.")
  boolean windowInteraction;

  @Option(
      names = "--guidance-high",
      paramLabel = "W",
      description =
          "Guidance scale of high frequencies in the tiles of upscaling phases, at least"
              + " --guidance (default: not split).")
  @Nullable Float guidanceHigh;

  @Option(
      names = "--guidance-split",
      paramLabel = "NAME",
      defaultValue = "fa",
      description =
          "What --guidance-high takes for high frequencies: fa, what the phase before could not"
              + " hold (FreCaS), or wavelet (HiWave) (default: ${DEFAULT-VALUE}).")
  GuidanceSplit guidanceSplit = GuidanceSplit.FA;

  @Option(
      names = "--region-noise",
      paramLabel = "MIN,MAX",
      description =
          "Noise where the phase before has edges, by its standard deviation, such as 0,1.2 (LSRNA)"
              + " (default: none).")
  @Nullable RegionNoise regionNoise;

  public MethodSettings addTo(MethodSettings settings) {
    return settings
        .withPhases(phases)
        .withStrengths(phaseStrength)
        .withWindows(new WindowSettings(windowWeights, windowSpacing, windowInteraction))
        .withSplit(new SplitSettings(guidanceHigh, guidanceSplit))
        .withRegionNoise(regionNoise);
  }

  @Override
  public String heading() {
    return "Newer switches";
  }
}
