package demofusion.coordinator.job;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.condition.CentreCrop;
import demofusion.coordinator.diffusion.mixture.RegionWeights;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.region.Region;
import demofusion.protocol.api.request.region.RegionSettings;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether two plans of one request in two sizes draw a phase the same to the bit. The settings are
 * one request's; here is what they mean of the size of the picture that is drawn at last: which
 * part of a control picture is cut out, where the edges of regions lie, which steps a phase has.
 *
 * @param one whose phases were drawn
 * @param larger that is to go on from them
 */
record PhaseAgreement(RenderPlan one, RenderPlan larger) {
  /**
   * @param index of a phase, from 0
   */
  boolean in(int index) {
    Phase phase = one.phases().get(index);
    return phase.equals(larger.phases().get(index)) && isTaughtTheSame(phase);
  }

  private boolean isTaughtTheSame(Phase phase) {
    return one.steps() == larger.steps()
        && one.stride() == larger.stride()
        && one.firstStep(phase) == larger.firstStep(phase)
        && one.timesteps(phase) == larger.timesteps(phase)
        && larger.spec().conditions().controls().stream().allMatch(this::isCutTheSame)
        && (haveTheSameEdges(phase.extent()) || haveTheSameWeights(phase));
  }

  /** Of a picture that is cropped to the image's aspect, which two sizes need not share. */
  private boolean isCutTheSame(ControlUse use) {
    PictureBytes picture = use.picture();
    return picture == null
        || use.fit() != ControlFit.CROP
        || picture.extent().map(this::isCutTheSame).orElse(false);
  }

  private boolean isCutTheSame(PixelExtent control) {
    return CentreCrop.of(control, one.place().whole())
        .equals(CentreCrop.of(control, larger.place().whole()));
  }

  private boolean haveTheSameEdges(LatentExtent latent) {
    List<Region> here = one.spec().regions().regions();
    List<Region> there = larger.spec().regions().regions();
    double feather = RegionWeights.standardFeather(one.geometry().nativeSide());
    for (int n = 0; n < here.size(); n++) {
      if (!RegionWeights.agree(
          here.get(n),
          one.place().whole(),
          there.get(n),
          larger.place().whole(),
          latent,
          feather)) {
        return false;
      }
    }
    return true;
  }

  /** Where edges are the same but for a rounding, which their weights in float32 need not show. */
  private boolean haveTheSameWeights(Phase phase) {
    List<Region> here = one.spec().regions().regions();
    List<Region> there = larger.spec().regions().regions(); // whose masks were read
    List<Region> read = new ArrayList<>();
    for (int n = 0; n < here.size(); n++) {
      read.add(there.get(n).mask() == null ? here.get(n) : there.get(n));
    }
    return weights(one, one.spec().regions().withRegions(read), phase)
        .isAlike(weights(larger, larger.spec().regions(), phase));
  }

  private static RegionWeights weights(RenderPlan plan, RegionSettings regions, Phase phase) {
    return RegionWeights.of(
        regions,
        new Dilation(phase.extent(), phase.dilation()),
        plan.place(),
        RegionWeights.standardFeather(plan.geometry().nativeSide()));
  }
}
