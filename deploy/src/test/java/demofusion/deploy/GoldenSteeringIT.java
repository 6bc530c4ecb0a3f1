package demofusion.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import demofusion.coordinator.diffusion.PhaseResult;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.protocol.GoldenData;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.DiffusionModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole pictures that ControlNets and IP-Adapters steer (conditioning sections 2 and 4) against
 * diffusers, the authors' pipeline and the specification's own program: runs of
 * conditioning/conditioning.json, the latents after every phase.
 */
class GoldenSteeringIT {
  private static final float TOLERANCE = 2e-4f;
  private static final Map<String, DiffusionModel> MODELS = new HashMap<>();

  @AfterAll
  static void closeTheModels() {
    MODELS.values().forEach(DiffusionModel::close);
    MODELS.clear();
  }

  private static DiffusionModel model(JsonNode run) {
    return MODELS.computeIfAbsent(run.get("base").asText(), GoldenSteering::load);
  }

  static Stream<String> runs() throws IOException {
    return GoldenSteering.runs()
        .filter(run -> run.has("controlnets") || run.has("ip_adapters"))
        .map(run -> run.get("name").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void equalsTheReferencesLatents(String name) throws IOException {
    JsonNode run = GoldenSteering.named(name);
    SafetensorsFile golden = GoldenData.tensors("conditioning/runs/" + name + ".safetensors");
    DiffusionModel model = model(run);
    float tolerance = (float) run.path("tolerance").asDouble(TOLERANCE);

    List<PhaseResult> results =
        GoldenSteering.draw(GoldenSteering.plan(GoldenSteering.spec(run), model), model);

    for (PhaseResult result : results) {
      String phase = "phase" + result.phase().number() + ".final";
      assertThat(result.latent().samples())
          .as(phase)
          .containsExactly(golden.tensor(phase).values(), Offset.offset(tolerance));
    }
    assertThat(golden.names()).doesNotContain("phase" + (results.size() + 1) + ".final");
  }

  /** How views are put into units is no part of the picture. */
  @ParameterizedTest(name = "{0} views")
  @ValueSource(strings = {"1", "3", "half"})
  void isNearTheReferenceByUnitsOfAnySize(String unit) throws IOException {
    for (String name : List.of("df-controlnet-two-2x", "df-ip-2x")) {
      JsonNode run = GoldenSteering.named(name);
      SafetensorsFile golden = GoldenData.tensors("conditioning/runs/" + name + ".safetensors");
      RenderSpec spec =
          GoldenSteering.spec(run).toBuilder().unit(ViewBatchSize.parse(unit)).build();

      List<PhaseResult> results =
          GoldenSteering.draw(GoldenSteering.plan(spec, model(run)), model(run));

      assertThat(results.get(1).latent().samples())
          .as(name)
          .containsExactly(golden.tensor("phase2.final").values(), Offset.offset(TOLERANCE));
    }
  }

  /** Conditioning section 0.5. */
  @Test
  void hasTheBitsOfNoneAtWeight0() throws IOException {
    JsonNode run = GoldenSteering.named("df-ip-2x");
    RenderSpec spec = GoldenSteering.spec(run);
    ConditionSettings nets =
        GoldenSteering.spec(GoldenSteering.named("df-controlnet-2x")).conditions();
    AdapterUse adapter = spec.conditions().adapters().get(0);
    ConditionSettings zero =
        new ConditionSettings(
            List.of(nets.controls().get(0).withWeights(List.of(0.0))),
            List.of(
                new AdapterUse(
                    adapter.network(),
                    adapter.encoder(),
                    adapter.facts(),
                    adapter.pictures(),
                    0,
                    0.0,
                    adapter.span(),
                    adapter.blocks(),
                    adapter.fit())),
            null);

    float[] with = drawn(spec.toBuilder().conditions(zero).build(), model(run));
    float[] without =
        drawn(spec.toBuilder().conditions(ConditionSettings.NONE).build(), model(run));

    assertThat(with).isEqualTo(without);
    assertThat(drawn(spec, model(run))).isNotEqualTo(without);
  }

  private static float[] drawn(RenderSpec spec, DiffusionModel model) {
    RenderPlan plan = GoldenSteering.plan(spec, model);
    List<PhaseResult> results = GoldenSteering.draw(plan, model);
    return results.get(results.size() - 1).latent().samples();
  }
}
