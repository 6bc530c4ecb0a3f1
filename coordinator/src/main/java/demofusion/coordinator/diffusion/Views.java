package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.mask.MaskedSamples;
import demofusion.coordinator.diffusion.random.AuxiliaryStream;
import demofusion.coordinator.diffusion.random.PythonRandom;
import demofusion.coordinator.diffusion.storage.Lazy;
import demofusion.coordinator.diffusion.view.BlockWeights;
import demofusion.coordinator.diffusion.view.Dilation;
import demofusion.coordinator.diffusion.view.LocalWindows;
import demofusion.coordinator.diffusion.view.View;
import demofusion.coordinator.diffusion.view.Window;
import demofusion.coordinator.diffusion.view.WindowInteraction;
import demofusion.protocol.api.request.method.WindowWeights;
import demofusion.protocol.latent.MicroConditioning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one timestep of a phase into views: local windows, then dilated sub-latents, each with its
 * micro-conditioning (spec sections 2 to 4).
 */
final class Views {
  private final RenderPlan plan;
  private final Phase phase;

  Views(RenderPlan plan, Phase phase) {
    this.plan = plan;
    this.phase = phase;
  }

  /** Draws this timestep's jitter from the stream, where there is any. */
  List<View> local(PythonRandom random) {
    return phase.paths() == Phase.Paths.WHOLE || !plan.spec().ablations().jitter()
        ? unjittered()
        : views(plan.windows(phase).jittered(random));
  }

  private List<View> unjittered() {
    return phase.paths() == Phase.Paths.WHOLE
        ? List.of(
            new View.Local(
                new Window(0, 0, phase.extent().height(), phase.extent().width()),
                plan.conditioning()))
        : views(plan.windows(phase).unjittered());
  }

  private List<View> views(List<Window> windows) {
    MicroConditioning whole = plan.conditioning();
    // The reference pads the latent by the jitter's range and counts crop coordinates in the padded
    // latent.
    int padding =
        plan.spec().ablations().jitter()
            ? LocalWindows.jitterRange(plan.geometry().sampleSize(), plan.stride())
            : 0;
    int factor = plan.geometry().vaeScaleFactor();
    List<View> views = new ArrayList<>();
    for (Window window : windows) {
      views.add(
          new View.Local(
              window,
              whole.croppedAt(
                  (window.top() + padding) * factor, (window.left() + padding) * factor)));
    }
    return views;
  }

  /**
   * Which views are predicted: those that see a sample that is drawn anew (conditioning section
   * 5.4). Dilated views that exchange samples see those of others.
   *
   * @param mask null: all are
   */
  Predicate<View> drawn(@Nullable MaskedSamples mask) {
    boolean isExchanged = plan.spec().methodSettings().windows().interaction();
    return mask == null
        ? view -> true
        : view -> (isExchanged && view instanceof View.Dilated) || mask.isDrawn(view);
  }

  /** How much each local window's samples count; none where all count alike. */
  List<BlockWeights> weights() {
    WindowWeights weights = plan.settings().weights();
    return phase.paths() == Phase.Paths.WHOLE || weights == WindowWeights.UNIFORM
        ? List.of()
        : plan.windows(phase).weights(weights);
  }

  /** How dilated views exchange samples at a timestep, drawn when somebody asks; null: not. */
  @Nullable Lazy<WindowInteraction> interaction(int step) {
    if (!plan.spec().methodSettings().windows().interaction()
        || phase.paths() != Phase.Paths.LOCAL_AND_DILATED) {
      return null;
    }
    AuxiliaryStream stream =
        AuxiliaryStream.of(
            plan.spec().seed(), phase.number(), step, AuxiliaryStream.Purpose.INTERACTION);
    Dilation dilation = new Dilation(phase.extent(), phase.dilation());
    int channels = plan.geometry().latentChannels();
    return new Lazy<>(() -> WindowInteraction.draw(dilation, channels, stream));
  }

  /** None in phases without global paths. */
  List<View> dilated() {
    if (phase.paths() != Phase.Paths.LOCAL_AND_DILATED) {
      return List.of();
    }
    Dilation dilation = new Dilation(phase.extent(), phase.dilation());
    List<View> views = new ArrayList<>();
    for (Dilation.Offset offset : dilation.offsets()) {
      views.add(new View.Dilated(dilation, offset, plan.conditioning()));
    }
    return views;
  }
}
