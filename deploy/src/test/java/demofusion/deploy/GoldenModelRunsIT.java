package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole pictures with the models, LoRAs, prompts and solvers that people have, against diffusers
 * and the authors' pipeline: every run of models/models.json, latents after every phase.
 */
class GoldenModelRunsIT {
  private static final float TOLERANCE = 2e-4f;

  /** Those that a run has asked for. */
  private static final Map<ModelSource, DiffusionModel> MODELS = new HashMap<>();

  @AfterAll
  static void closeTheModels() {
    MODELS.values().forEach(DiffusionModel::close);
    MODELS.clear();
  }

  static Stream<String> runs() throws IOException {
    return StreamSupport.stream(cases().spliterator(), false).map(run -> run.get("name").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void equalsTheReferencesLatents(String name) throws IOException {
    GoldenModelRun run = new GoldenModelRun(find(name));
    SafetensorsFile golden = GoldenData.tensors("models/runs/" + name + ".safetensors");

    List<PhaseResult> results =
        run.draw(MODELS.computeIfAbsent(run.model(), GoldenModelRunsIT::load));

    for (PhaseResult result : results) {
      float[] wanted = golden.tensor("phase" + result.phase().number() + ".final").values();
      assertThat(result.latent().samples())
          .as("phase %d", result.phase().number())
          .containsExactly(wanted, Offset.offset(TOLERANCE));
    }
    assertThat(golden.names()).doesNotContain("phase" + (results.size() + 1) + ".final");
  }

  private static DiffusionModel load(ModelSource source) {
    return ModelFolder.open(source).load("cpu", Precision.FLOAT32, GoldenModelRun.FILES);
  }

  private static JsonNode cases() throws IOException {
    return new ObjectMapper().readTree(GoldenData.path("models/models.json").toFile()).get("runs");
  }

  private static JsonNode find(String name) throws IOException {
    for (JsonNode run : cases()) {
      if (run.get("name").asText().equals(name)) {
        return run;
      }
    }
    throw new IllegalArgumentException(name);
  }
}
