package demofusion.coordinator.image;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.Renders;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A scheduler in a picture's text, in WebUI's two words. */
class RecordedSchedulerTest {
  private static final ModelId MODEL =
      ModelId.of(
          new ModelCard("toy", "0123", Renders.SMALL, Renders.EULER, Precision.FLOAT32, "cpu"));

  @ParameterizedTest
  @MethodSource("demofusion.protocol.model.SchedulerKind#all")
  void isReadAgainAsItWasWritten(SchedulerKind kind) {
    assertThat(option(text(kind))).isEqualTo(kind.toString());
  }

  @Test
  void isWrittenAsWebUiDoes_andAsItAlwaysWasWhereItWas() {
    assertThat(text(SchedulerKind.parse("euler-karras")))
        .contains("Sampler: Euler, Schedule type: Karras, CFG scale: ");
    assertThat(text(SchedulerKind.DPMPP_2M_KARRAS))
        .contains("Sampler: DPM++ 2M Karras, CFG scale: ");
  }

  @ParameterizedTest
  @CsvSource({
    "'Sampler: DPM++ 2M, Schedule type: Karras', dpmpp-2m-karras",
    "'Sampler: DPM++ 2M, Schedule type: Automatic', dpmpp-2m-karras",
    "'Sampler: DPM++ 2M', dpmpp-2m",
    "'Sampler: Euler a, Schedule type: SGM Uniform', euler-ancestral-sgm-uniform",
    "'Sampler: Restart', ",
  })
  void isReadFromOtherProgramsPictures(String words, @Nullable String option) {
    assertThat(option("a lighthouse\nSteps: 2, " + words + ", CFG scale: 7, Seed: 5"))
        .isEqualTo(option);
  }

  private static String text(SchedulerKind kind) {
    return RecordedSettings.of(
            Renders.plan(Renders.spec().scheduler(kind).build(), Renders.SMALL), MODEL)
        .toText();
  }

  private static @Nullable String option(String text) {
    return RecordedSettings.toOptions(GenerationParameters.parse(text)).get("--scheduler");
  }
}
