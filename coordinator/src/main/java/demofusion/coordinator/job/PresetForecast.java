package demofusion.coordinator.job;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.image.RequestPictures;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.PresetList;
import demofusion.protocol.api.PresetView;
import demofusion.protocol.api.WorkerList;
import demofusion.protocol.api.WorkerView;
import demofusion.protocol.api.request.MethodRules;
import demofusion.protocol.api.request.Preset;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelCard;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each {@link Preset} would take for a request: its plan's tiles and forwards, and how long
 * the workers that are there would be busy with them. Plans of large pictures take a while, so this
 * runs where it holds up nobody.
 */
public final class PresetForecast {
  private PresetForecast() {}

  /**
   * @param card of the model that is meant
   */
  public static PresetList of(RenderSpec asked, ModelCard card, WorkerList workers) {
    RenderSpec spec =
        RequestPictures.drawn(
            RecommendedSettings.fill(asked, card.settings()).withStandards(),
            Limits.DEFAULT.sourcePixels());
    double perSecond = tilesPerSecond(card, workers);
    return new PresetList(
        Arrays.stream(Preset.values()).map(preset -> view(preset, spec, card, perSecond)).toList());
  }

  /** Where nobody knows the model: what they are, without figures. */
  public static PresetList unknown() {
    return new PresetList(
        Arrays.stream(Preset.values())
            .map(preset -> view(preset, null, null, null, null))
            .toList());
  }

  private static PresetView view(
      Preset preset, RenderSpec spec, ModelCard card, double tilesPerSecond) {
    try {
      MethodRules.require(preset.of(spec));
      RenderPlan plan = RenderPlan.of(preset.of(spec), card.geometry(), card.scheduler());
      double tiles = plan.guidedTiles();
      Double seconds = tilesPerSecond > 0 ? tiles / tilesPerSecond : null;
      return view(preset, tiles, plan.forwards(), seconds, null);
    } catch (DemofusionException e) {
      return view(preset, null, null, null, e.userMessage());
    }
  }

  private static PresetView view(
      Preset preset,
      @Nullable Double tiles,
      @Nullable Long forwards,
      @Nullable Double seconds,
      @Nullable String refusal) {
    return new PresetView(
        preset.toString(),
        preset.label(),
        preset.sentence(),
        preset.settings(),
        tiles,
        forwards,
        seconds,
        refusal);
  }

  /** Of all that draw with this model, in this precision, on this kind of device. */
  private static double tilesPerSecond(ModelCard card, WorkerList workers) {
    return workers.workers().stream()
        .filter(worker -> worker.state() == WorkerView.State.READY)
        .filter(worker -> worker.modelHash().equals(card.hash()))
        .mapToDouble(WorkerView::tilesPerSecond)
        .sum();
  }
}
