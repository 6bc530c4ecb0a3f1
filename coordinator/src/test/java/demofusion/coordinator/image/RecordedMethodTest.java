package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What pictures say of newer methods: also what nobody asked for, since it may change one day. */
class RecordedMethodTest {
  private static final ModelId MODEL =
      ModelId.of(
          new ModelCard("toy", "0123", Renders.SMALL, Renders.EULER, Precision.FLOAT32, "cpu"));
  private static final String HASH = "ab".repeat(32);

  private static Map<String, String> options(RenderMethod method, MethodSettings settings) {
    RenderSpec spec =
        RenderSpec.of("a fox", 1).toBuilder().method(method).methodSettings(settings).build();
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);
    return RecordedSettings.toOptions(
        GenerationParameters.parse(RecordedSettings.of(plan, MODEL).toText()));
  }

  @Test
  void haveDetailsOwnSettings() {
    assertThat(options(RenderMethod.DETAIL, MethodSettings.NONE))
        .containsEntry("--method", "detail")
        .containsEntry("--phase-strength", "0.4")
        .containsEntry("--window-weights", "cosine")
        .containsEntry("--window-spacing", "even")
        .containsEntry("--structure-cutoff", "0.125")
        .doesNotContainKeys("--phases", "--no-frequency-mixing", "--inversion");
  }

  @Test
  void haveFastsOwnSettings_andItsLora() {
    MethodSettings settings =
        MethodSettings.NONE.withFast(
            new FastSettings(new LoraUse("lightning", HASH, 1, 1), null, null, null, null, null));

    assertThat(options(RenderMethod.FAST, settings))
        .containsEntry("--fast-lora", "lightning")
        .containsEntry("--inversion", "ddim")
        .containsEntry("--fast-timestep", "249")
        .containsEntry("--fast-steps", "1")
        .containsEntry("--injection", "0.95")
        .doesNotContainKeys("--phase-strength", "--structure-cutoff");
  }

  /** As much as TCD takes if nobody says it; of other solvers nothing. */
  @Test
  void haveTcdsEta() {
    FastSettings refining =
        new FastSettings(
            new LoraUse("tcd", HASH, 1, 1), null, null, 2, SchedulerKind.parse("tcd"), null);
    RenderSpec spec =
        RenderSpec.of("a fox", 1).toBuilder().scheduler(SchedulerKind.parse("tcd")).build();
    RenderPlan plan = Renders.plan(spec, Renders.SMALL);

    assertThat(RecordedSettings.of(plan, MODEL).settings()).containsEntry("DemoFusion eta", "0.3");
    assertThat(options(RenderMethod.FAST, MethodSettings.NONE.withFast(refining)))
        .containsEntry("--eta", "0.3");
    assertThat(options(RenderMethod.DETAIL, MethodSettings.NONE)).doesNotContainKey("--eta");
  }

  @Test
  void haveTheHashOfFastsLora() {
    LoraUse lora = new LoraUse("lightning", HASH, 1, 1);
    RenderSpec spec =
        RenderSpec.of("a fox", 1).toBuilder()
            .method(RenderMethod.FAST)
            .methodSettings(
                MethodSettings.NONE.withFast(new FastSettings(lora, null, null, null, null, null)))
            .build();

    assertThat(RecordedSettings.of(Renders.plan(spec, Renders.SMALL), MODEL).settings())
        .containsEntry(RecordedSettings.LORA_HASHES, "lightning: " + HASH.substring(0, 12));
  }

  @Test
  void haveNothingOfThem_whereDemoFusionDraws() {
    RenderPlan plan = Renders.plan(RenderSpec.of("a fox", 1), Renders.SMALL);

    assertThat(RecordedSettings.of(plan, MODEL).toText())
        .doesNotContain("phase strength", "window", "structure", "fast", "guidance");
  }
}
