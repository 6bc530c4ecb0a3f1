package demofusion.deploy.command.render;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelId;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RenderCommandResumeTest {
  private static final Path JOB = Path.of("lighthouse");
  private static final ModelId BEGUN_WITH = ModelId.of(card(Precision.FLOAT16, "cuda:0"));

  @Test
  void resumesOnAnotherDeviceOfTheSameKind() {
    assertThatCode(
            () ->
                RenderCommand.requireSameDevice(JOB, BEGUN_WITH, card(Precision.FLOAT16, "cuda:3")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesAnotherKindOfDevice_inOneSentence() {
    assertThatThrownBy(
            () -> RenderCommand.requireSameDevice(JOB, BEGUN_WITH, card(Precision.FLOAT16, "cpu")))
        .isInstanceOf(DemofusionException.class)
        .hasMessage(
            "lighthouse was started in float16 on cuda and cannot be resumed in float16 on cpu"
                + " with the same result: give --precision float16 --device cuda");
  }

  @Test
  void refusesAnotherPrecision() {
    assertThatThrownBy(
            () ->
                RenderCommand.requireSameDevice(
                    JOB, BEGUN_WITH, card(Precision.BFLOAT16, "cuda:0")))
        .hasMessageContaining("bfloat16");
  }

  private static ModelCard card(Precision precision, String device) {
    return new ModelCard(
        "sdxl",
        "0123456789abcdef",
        new ModelGeometry(128, 4, 8),
        new SchedulerConfig(SchedulerKind.EULER, Map.of()),
        precision,
        device);
  }
}
