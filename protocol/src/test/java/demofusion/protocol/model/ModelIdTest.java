package demofusion.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelIdTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final ModelCard CARD =
      new ModelCard(
          "sdxl",
          "0123",
          new ModelGeometry(128, 4, 8),
          new SchedulerConfig(SchedulerKind.EULER, Map.of()),
          Precision.FLOAT16,
          "cuda:1");

  @Test
  void isWrittenAsJobsAlwaysNamedTheirModel() throws JsonProcessingException {
    ModelId id = ModelId.of(CARD, new ModelSource("/models/sdxl", "fp16", "/models/vae-fix"));

    String json = JSON.writeValueAsString(id);

    assertThat(json)
        .isEqualTo(
            "{\"name\":\"sdxl\",\"hash\":\"0123\",\"precision\":\"FLOAT16\",\"device\":\"cuda\","
                + "\"variant\":\"fp16\",\"vae\":\"vae-fix\"}");
    assertThat(JSON.readValue(json, ModelId.class)).isEqualTo(id);
  }

  /** It sums up otherwise, so it has other bits. */
  @Test
  void isOfAnotherKind_withFastAccumulation() throws JsonProcessingException {
    ModelCard fast =
        new ModelCard(
            CARD.name(),
            CARD.hash(),
            CARD.geometry(),
            CARD.scheduler(),
            Precision.FLOAT16_FAST_ACCUMULATION,
            CARD.device());
    String json = JSON.writeValueAsString(ModelId.of(fast));

    assertThat(fast.kind()).isNotEqualTo(CARD.kind());
    assertThat(json).contains("\"precision\":\"FLOAT16_FAST_ACCUMULATION\"");
    assertThat(JSON.readValue(json, ModelId.class)).isEqualTo(ModelId.of(fast));
    assertThat(Precision.parse("float16-fast-accumulation"))
        .isEqualTo(Precision.FLOAT16_FAST_ACCUMULATION)
        .hasToString("float16-fast-accumulation");
  }

  @Test
  void isOfOneKind_whateverItWasReadFrom() {
    ModelId plain = ModelId.of(CARD);
    ModelId varied = ModelId.of(CARD, new ModelSource("elsewhere", "fp16", null));

    assertThat(varied.kind()).isEqualTo(plain.kind()).isEqualTo(CARD.kind());
    assertThat(varied).isNotEqualTo(plain);
    assertThat(varied.name()).isEqualTo("sdxl");
  }
}
