package demofusion.deploy;

import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.Render;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelCard;
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
    ModelCard card = model.card();
    AssetId id = new AssetId("text");
    WorkResult.EncodedText text = model.encodeText(new Work.EncodeText(spec.prompts(), true));
    JobAssets assets = JobAssets.of(text.toConditioning(id));
    RenderPlan plan = RenderPlan.of(spec, card.geometry(), card.scheduler());
    List<PhaseResult> results =
        Render.begin(plan)
            .run(
                (timestep, batch) ->
                    model.predictNoise(timestep.work(batch, view -> id), assets).noise());
    return results.get(results.size() - 1).latent().samples();
  }
}
