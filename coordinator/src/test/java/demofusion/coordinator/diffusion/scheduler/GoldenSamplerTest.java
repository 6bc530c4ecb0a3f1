package demofusion.coordinator.diffusion.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.random.StepNoise;
import demofusion.coordinator.diffusion.scheduler.step.Scheduler;
import demofusion.coordinator.diffusion.scheduler.step.SolverHistory;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.SchedulerKind;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** k-diffusion's samplers, which WebUI's and ComfyUI's are, over its own noise levels. */
class GoldenSamplerTest {
  private static final SafetensorsFile TENSORS =
      GoldenData.tensors("models/k-samplers.safetensors");
  private static final double RELATIVE = 2e-5;

  static Stream<String> golden() throws IOException {
    JsonNode all = new ObjectMapper().readTree(GoldenData.path("models/k-samplers.json").toFile());
    return all.properties().stream().map(Map.Entry::getKey);
  }

  /** x there is z + σ·ε, whatever units a solver here keeps it in. */
  @ParameterizedTest
  @MethodSource("golden")
  void goesTheSameWay(String golden) {
    String[] parts = golden.split("\\.", -1);
    int steps = Integer.parseInt(parts[2]);
    Scheduler solver =
        SolverFixture.solver(SchedulerKind.parse(parts[0] + "-" + parts[1]), steps, Map.of());
    float[] start = tensor(golden, "start");
    float[] latent = start.clone();
    scale(latent, unit(solver, 0));
    int draws = parts[0].equals("dpmpp-sde") ? 2 : 1;
    StepNoise noise =
        (step, draw, out) ->
            System.arraycopy(
                tensor(golden, "noises"), (draws * step + draw) * out.length, out, 0, out.length);
    SolverHistory history = new SolverHistory();
    int evaluation = 0;

    for (int step = 0; step < steps; step += history.evaluation() == 0 ? 1 : 0) {
      float[] seen = latent.clone();
      scale(seen, 1 / unit(solver, step));
      assertClose(seen, part(tensor(golden, "inputs"), evaluation, start.length), "before " + step);
      float[] predictions = part(tensor(golden, "predictions"), evaluation, start.length);
      solver.step(step, latent, predictions, history, noise);
      evaluation++;
    }

    assertClose(latent, tensor(golden, "final"), "final");
  }

  /** What x of a solver is of z + σ·ε. */
  private static double unit(Scheduler solver, int step) {
    return solver.noiseMix(step).signal();
  }

  private static float[] tensor(String golden, String name) {
    return TENSORS.tensor(golden + "." + name).values();
  }

  private static float[] part(float[] all, int step, int length) {
    float[] part = new float[length];
    System.arraycopy(all, step * length, part, 0, length);
    return part;
  }

  private static void scale(float[] values, double by) {
    for (int n = 0; n < values.length; n++) {
      values[n] *= (float) by;
    }
  }

  private static void assertClose(float[] actual, float[] expected, String what) {
    double most = SolverFixture.distance(expected, new float[expected.length]);
    assertThat(SolverFixture.distance(actual, expected)).as(what).isLessThan(RELATIVE * most);
  }
}
