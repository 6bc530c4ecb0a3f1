package demofusion.coordinator.dispatch.audit;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Laws;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.WorkResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultHashTest {
  @Test
  void isAnother_whenOneBitOfOneNumberIs() {
    Laws.forAll(
        200,
        draw -> {
          int count = draw.between(1, 10_000);
          int at = draw.between(0, count - 1);
          int bit = draw.between(0, 22);
          Tensor right = Tensor.zeros(1, count);
          Tensor wrong = Tensor.zeros(1, count);
          right.values()[at] = 1.5f;
          wrong.values()[at] = Float.intBitsToFloat(Float.floatToRawIntBits(1.5f) ^ (1 << bit));

          assertThat(ResultHash.of(new WorkResult.DecodedPixels(right)))
              .isEqualTo(ResultHash.of(new WorkResult.DecodedPixels(right)))
              .isNotEqualTo(ResultHash.of(new WorkResult.DecodedPixels(wrong)));
        });
  }

  @Test
  void knowsShapesAndTextsToo() {
    NamedTensors words = new NamedTensors(Map.of("words", Tensor.zeros(2, 3)));
    NamedTensors others = new NamedTensors(Map.of("words", Tensor.zeros(3, 2)));

    assertThat(ResultHash.of(new WorkResult.EncodedText(words, null, List.of("a"))))
        .isNotEqualTo(ResultHash.of(new WorkResult.EncodedText(others, null, List.of("a"))))
        .isNotEqualTo(ResultHash.of(new WorkResult.EncodedText(words, null, List.of("b"))));
  }
}
