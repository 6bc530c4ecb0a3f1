package demofusion.coordinator.diffusion.random;

/**
 * The standard normals that a stochastic solver adds at each step of one phase, which the reference
 * does not define. Here they are a pure function of (seed, phase, step), so that a render that is
 * resumed in the middle draws the same, and a solver that needs none at some step moves no other.
 */
@FunctionalInterface
public interface StepNoise {
  /**
   * Fills the array with normals of this step.
   *
   * @param step the timestep's index in its phase, from 0
   * @param draw which of the step's, from 0; they follow one another in the step's stream
   * @param out (channels, height, width), row-major
   */
  void fill(int step, int draw, float[] out);

  /**
   * The noise of one phase: for every step an {@link AuxiliaryStream} of its own, turned into
   * normals as {@link TorchGenerator#randn} does.
   */
  static StepNoise of(long seed, int phase) {
    return (step, draw, out) -> {
      TorchGenerator stream =
          AuxiliaryStream.of(seed, phase, step, AuxiliaryStream.Purpose.SOLVER).normals();
      for (int n = 0; n <= draw; n++) {
        stream.randn(out);
      }
    };
  }
}
