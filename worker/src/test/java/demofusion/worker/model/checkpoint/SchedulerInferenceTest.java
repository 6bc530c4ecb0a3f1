package demofusion.worker.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.GoldenData;
import demofusion.worker.model.checkpoint.Traits.Base;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulerInferenceTest {
  /**
   * One file has the solvers' settings of the folder that it came from: all of them, since a solver
   * other than the model's own reads others (DDIM's last step {@code set_alpha_to_one}).
   */
  @ParameterizedTest
  @CsvSource({"sdxl-base, SDXL, false", "sd-1.5, SD1, false", "sd-2.1, SD2, true"})
  void isThatOfTheFolderAsItWasPublished(String folder, Base base, boolean isV) throws IOException {
    JsonNode published =
        new JsonMapper()
            .readTree(
                GoldenData.path("../../../../deploy/models/" + folder)
                    .resolve("scheduler/scheduler_config.json")
                    .toFile());

    ObjectNode inferred = SchedulerInference.config(new Traits(base, isV, false, false, ""));

    ObjectNode wanted = published.deepCopy();
    wanted.remove("trained_betas"); // null: those of the schedule
    assertThat(withoutDefaults(inferred)).isEqualTo(withoutDefaults(wanted));
  }

  /** That folder does not say what is every solver's default. */
  private static ObjectNode withoutDefaults(ObjectNode config) {
    ObjectNode without = config.deepCopy();
    if ("epsilon".equals(without.path("prediction_type").asText())) {
      without.remove("prediction_type");
    }
    return without;
  }
}
