package demofusion.coordinator.diffusion;

import demofusion.coordinator.diffusion.storage.Samples;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that a render needs to go on from the end of a timestep, or from between the two
 * evaluations of one, beside the final latent of the phase before, in a form that a file can hold:
 * what a checkpoint is.
 *
 * @param tensors by name: the latent, the solver's history; a render's own arrays, not copies
 * @param scalars by name: phase, step, anchors, positions of the random streams
 */
public record RenderState(Map<String, Samples> tensors, Map<String, String> scalars) {
  /** Only states in the middle of a step have this. */
  static final String EVALUATION = "evaluation";

  public RenderState {
    // Sorted, so that equal states make equal files.
    tensors = new TreeMap<>(tensors);
    scalars = new TreeMap<>(scalars);
  }

  /**
   * How many timesteps of the plan's phases, all together, lie behind this state.
   *
   * @throws IllegalArgumentException if it is not this plan's
   */
  public long timestepsDone(RenderPlan plan) {
    int phases = integer("phase");
    if (phases < 0 || phases > plan.phases().size()) {
      throw new IllegalArgumentException(
          "it has " + phases + " finished phases, but the request has " + plan.phases().size());
    }
    long earlier = plan.phases().stream().limit(phases).mapToLong(plan::timesteps).sum();
    return phases == plan.phases().size()
        ? earlier
        : earlier + timestepsOf(plan, plan.phases().get(phases));
  }

  /** How many evaluations of the timestep that comes next are done: 0 or 1. */
  public int evaluation() {
    int evaluation = scalars.containsKey(EVALUATION) ? integer(EVALUATION) : 0;
    if (evaluation < 0 || evaluation > 1) {
      throw new IllegalArgumentException("it has " + evaluation + " evaluations of a step done");
    }
    return evaluation;
  }

  private int timestepsOf(RenderPlan plan, Phase phase) {
    int done = integer("step") - plan.firstStep(phase);
    if (done < 0 || done >= plan.timesteps(phase)) {
      throw new IllegalArgumentException(
          "it has %s timesteps of phase %s finished, but the request has %s"
              .formatted(done, phase.number(), plan.timesteps(phase)));
    }
    return done;
  }

  /** One of the tensors; a bug if there is none of that name. */
  public Samples tensor(String name) {
    Samples tensor = tensors.get(name);
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
