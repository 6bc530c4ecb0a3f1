package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.ApiContext;
import demofusion.coordinator.http.FarmGateway;
import demofusion.coordinator.job.PresetForecast;
import demofusion.protocol.api.PresetList;
import demofusion.protocol.api.PresetView;
import demofusion.protocol.api.request.JobRequest;
import demofusion.protocol.api.request.RenderSpec;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The presets as the lists of other programs' APIs have them: each with what it takes for a picture
 * of the model's own settings, since lists know of no request.
 */
public final class AdvertisedPresets {
  private final FarmGateway farm;
  private final Executor planning;

  public AdvertisedPresets(ApiContext context) {
    this.farm = context.farm();
    this.planning = context.files();
  }

  /**
   * Without figures where it is not known which model would draw.
   *
   * @param model null: the only one
   */
  public CompletionStage<List<PresetView>> list(@Nullable String model) {
    JobRequest usual =
        new JobRequest(RenderSpec.of("", 0), model, false, 0, null, null, null, null);
    return farm.modelFor(usual)
        .thenCombineAsync(
            farm.workers(),
            (card, workers) -> PresetForecast.of(usual.spec(), card, workers),
            planning)
        .exceptionally(unknown -> PresetForecast.unknown())
        .thenApply(PresetList::presets);
  }
}
