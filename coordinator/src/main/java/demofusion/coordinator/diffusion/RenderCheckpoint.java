package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.mask.KeptLatent;
import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.region.RegionDeviation;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.latent.Latent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A render's state by its parts, to and from the names under which a checkpoint file holds them.
 *
 * @param encoded the picture that the first phase began with, while that phase goes on
 * @param regions what region noise the phase began with, while it needs to know; null: none
 * @param structure what detail mode holds on to; null: nothing
 * @param original y_k, what inpainting keeps; null: everything is drawn
 * @param around μ, which a UNet of nine channels sees; null: there is none
 * @param before checksum of the latent that the phase began with, before it was enlarged; 0 where
 *     it began with noise
 * @param evaluation which of its step's comes next: 1 between the two of a solver that asks twice
 * @param isBetween whether its phase is still to begin; then the latent is what the one before
 *     ended with
 */
record RenderCheckpoint(
    int phaseIndex,
    int step,
    Samples latent,
    @Nullable Samples encoded,
    @Nullable Samples regions,
    @Nullable Samples structure,
    @Nullable Samples original,
    @Nullable Samples around,
    long before,
    @Nullable Moments anchor,
    Map<String, Samples> history,
    int historySteps,
    int evaluation,
    TorchGenerator.State torch,
    TorchGenerator.State beforeNoise,
    String python,
    boolean isBetween) {

  private static final String HISTORY = "history.";
  private static final String REGIONS = "regions";
  private static final String STRUCTURE = "structure";
  private static final String ORIGINAL = "original";
  private static final String AROUND = "around";
  private static final String BETWEEN = "between";

  RenderState toState() {
    Map<String, Samples> tensors = new HashMap<>();
    history.forEach((name, samples) -> tensors.put(HISTORY + name, samples));
    tensors.put("latent", latent);
    put(tensors, "encoded", encoded);
    put(tensors, REGIONS, regions);
    put(tensors, STRUCTURE, structure);
    put(tensors, ORIGINAL, original);
    put(tensors, AROUND, around);
    Map<String, String> scalars = new HashMap<>();
    scalars.put("phase", Integer.toString(phaseIndex));
    scalars.put("step", Integer.toString(step));
    scalars.put("before", Long.toHexString(before));
    if (anchor != null) {
      scalars.put("anchor.mean", Double.toString(anchor.mean()));
      scalars.put("anchor.deviation", Double.toString(anchor.deviation()));
    }
    scalars.put("history.steps", Integer.toString(historySteps));
    if (evaluation > 0) { // so that whole steps' checkpoints are what they always were
      scalars.put(RenderState.EVALUATION, Integer.toString(evaluation));
    }
    scalars.put("torch", torch.encode());
    scalars.put("torch.before-noise", beforeNoise.encode());
    scalars.put("python", python);
    if (isBetween) {
      scalars.put(BETWEEN, "true");
    }
    return new RenderState(tensors, scalars);
  }

  private static void put(Map<String, Samples> tensors, String name, @Nullable Samples samples) {
    if (samples != null) {
      tensors.put(name, samples);
    }
  }

  static RenderCheckpoint of(RenderState state) {
    Map<String, Samples> history = new HashMap<>();
    state
        .tensors()
        .forEach(
            (name, samples) -> {
              if (name.startsWith(HISTORY)) {
                history.put(name.substring(HISTORY.length()), samples);
              }
            });
    Moments anchor = null;
    if (state.scalars().containsKey("anchor.mean")) {
      anchor =
          new Moments(
              Double.parseDouble(state.scalar("anchor.mean")),
              Double.parseDouble(state.scalar("anchor.deviation")));
    }
    return new RenderCheckpoint(
        state.integer("phase"),
        state.integer("step"),
        state.tensor("latent"),
        state.tensors().get("encoded"),
        state.tensors().get(REGIONS),
        state.tensors().get(STRUCTURE),
        state.tensors().get(ORIGINAL),
        state.tensors().get(AROUND),
        Long.parseUnsignedLong(state.scalar("before"), 16),
        anchor,
        history,
        state.integer("history.steps"),
        state.evaluation(),
        TorchGenerator.State.decode(state.scalar("torch")),
        TorchGenerator.State.decode(state.scalar("torch.before-noise")),
        state.scalar("python"),
        state.scalars().containsKey(BETWEEN));
  }

  /** What the phase began with, of which it holds the rest. */
  PhaseBeginning beginning(
      @Nullable Latent picture,
      SkipResidual residual,
      @Nullable RegionDeviation deviation,
      PhaseStructure structure,
      @Nullable KeptLatent kept) {
    return new PhaseBeginning(beforeNoise, before, picture, residual, deviation, structure, kept);
  }

  /** Of a phase that is over, or still to begin. */
  PhaseBeginning nothingBegun() {
    return beginning(null, SkipResidual.none(), null, PhaseStructure.none(), null);
  }
}
