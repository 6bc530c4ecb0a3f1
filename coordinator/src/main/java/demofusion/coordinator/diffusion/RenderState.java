package demofusion.coordinator.diffusion;

import demofusion.protocol.latent.Tensor;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a render needs to go on from the end of a timestep, in a form that a file can
 * hold: what a checkpoint is.
 *
 * @param tensors by name: the latent, the phase's starting latent, the solver's history
 * @param scalars by name: phase, step, anchors, positions of the random streams
 */
public record RenderState(Map<String, Tensor> tensors, Map<String, String> scalars) {
  public RenderState {
    // Sorted, so that equal states make equal files.
    tensors = new TreeMap<>(tensors);
    scalars = new TreeMap<>(scalars);
  }

  /** How many timesteps of the plan's phases, all together, lie behind this state. */
  public long timestepsDone(RenderPlan plan) {
    int phases = integer("phase");
    long earlier = plan.phases().stream().limit(phases).mapToLong(plan::timesteps).sum();
    return phases == plan.phases().size()
        ? earlier
        : earlier + integer("step") - plan.firstStep(plan.phases().get(phases));
  }

  /** One of the tensors; a bug if there is none of that name. */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("the checkpoint has no tensor \"" + name + "\"");
    }
    return tensor;
  }

  String scalar(String name) {
    String scalar = scalars.get(name);
    if (scalar == null) {
      throw new IllegalArgumentException("the checkpoint has no value \"" + name + "\"");
    }
    return scalar;
  }

  int integer(String name) {
    return Integer.parseInt(scalar(name));
  }
}
