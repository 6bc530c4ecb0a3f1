package demofusion.deploy;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.PhasePicture;
import demofusion.coordinator.diffusion.PhasePictures;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.prompt.StepPrompts;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.synthetic.SyntheticModel;
import java.util.List;

/** A picture by one loop in this thread, without actors: what every farm must come to. */
public final class SequentialWay {
  private SequentialWay() {}

  /** The last phase's latent. */
  public static float[] latent(RenderSpec spec, SyntheticModel model) {
    List<PhaseResult> results = phases(spec, model);
    return results.get(results.size() - 1).latent().samples();
  }

  /** All phases; none may begin with a decoded picture. */
  public static List<PhaseResult> phases(RenderSpec spec, SyntheticModel model) {
    ModelCard card = model.card();
    RenderPlan plan = RenderPlan.of(spec, card.geometry(), card.scheduler());
    StepPrompts prompts = StepPrompts.of(spec.prompts(), spec.promptSyntax(), plan.steps());
    Asset[] texts = new Asset[plan.steps()]; // each step's anew, whatever they have in common
    for (int step = 0; step < texts.length; step++) {
      texts[step] =
          model
              .encodeText(new Work.EncodeText(prompts.at(step), true))
              .toConditioning(new AssetId("step-" + step));
    }
    JobAssets assets = JobAssets.of(texts);
    return Render.begin(plan)
        .run(
            (timestep, batch) ->
                model
                    .predictNoise(
                        timestep.work(batch, prompt -> texts[timestep.step()].id()), assets)
                    .noise(),
            encodingAlone(model));
  }

  private static PhasePictures encodingAlone(SyntheticModel model) {
    return new PhasePictures() {
      @Override
      public PhasePicture picture(Phase phase, Latent latent) {
        throw new IllegalArgumentException("no phase begins with a decoded picture");
      }

      @Override
      public WorkResult.EncodedPicture encode(Work.EncodePicture work) {
        return model.encodePicture(work);
      }
    };
  }
}
