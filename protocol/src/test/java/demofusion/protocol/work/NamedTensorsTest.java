package demofusion.protocol.work;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamedTensorsTest {
  /** Two processes order a map of the same names otherwise, and audits compare what they send. */
  @Test
  void haveOneOrder_whateverMapTheyCameIn() {
    Tensor states = Tensor.zeros(2, 3);
    Tensor pooled = Tensor.zeros(4);
    Map<String, Tensor> oneWay = new LinkedHashMap<>();
    oneWay.put("states", states);
    oneWay.put("pooled", pooled);

    NamedTensors tensors = new NamedTensors(oneWay);

    assertThat(tensors.names()).containsExactly("pooled", "states");
    assertThat(tensors.tensors()).containsExactly(pooled, states);
  }
}
