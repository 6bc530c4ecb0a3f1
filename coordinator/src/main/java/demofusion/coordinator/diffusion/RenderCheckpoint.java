package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.random.TorchGenerator;
import demofusion.coordinator.diffusion.scheduler.SolverHistory;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A render's state by its parts, to and from the names under which a checkpoint file holds them.
 */
record RenderCheckpoint(
    int phaseIndex,
    int step,
    Latent latent,
    Latent upscaled,
    @Nullable Moments anchor,
    SolverHistory history,
    TorchGenerator.State torch,
    TorchGenerator.State beforeNoise,
    String python) {

  private static final String HISTORY = "history.";

  RenderState toState() {
    Map<String, Tensor> tensors = new HashMap<>();
    // The solver goes on writing into its buffers while the checkpoint waits to be written.
    history
        .save()
        .forEach(
            (name, values) ->
                tensors.put(HISTORY + name, new Tensor(new int[] {values.length}, values.clone())));
    tensors.put("latent", latent.asTensor());
    tensors.put("upscaled", upscaled.asTensor());
    Map<String, String> scalars = new HashMap<>();
    scalars.put("phase", Integer.toString(phaseIndex));
    scalars.put("step", Integer.toString(step));
    if (anchor != null) {
      scalars.put("anchor.mean", Double.toString(anchor.mean()));
      scalars.put("anchor.deviation", Double.toString(anchor.deviation()));
    }
    scalars.put("torch", torch.encode());
    scalars.put("torch.before-noise", beforeNoise.encode());
    scalars.put("python", python);
    return new RenderState(tensors, scalars);
  }

  static RenderCheckpoint of(RenderState state) {
    Map<String, float[]> history = new HashMap<>();
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(HISTORY)) {
                history.put(name.substring(HISTORY.length()), tensor.values().clone());
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
        Latent.of(state.tensor("latent")).copy(),
        Latent.of(state.tensor("upscaled")),
        anchor,
        SolverHistory.restore(history),
        TorchGenerator.State.decode(state.scalar("torch")),
        TorchGenerator.State.decode(state.scalar("torch.before-noise")),
        state.scalar("python"));
  }
}
