package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.ModelFolder;
import org.junit.jupiter.api.Test;

class UnetAgainstEagerIT {
  @Test
  void timesBothOnTheSameWeights() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));

    UnetAgainstEager.Result result =
        UnetAgainstEager.measure(folder, "cpu", Precision.FLOAT32, 1, 1, 3);

    assertThat(result.ourSeconds()).isPositive();
    assertThat(result.ratio() * result.ourSeconds()).isCloseTo(result.eagerSeconds(), offset(1e-9));
  }
}
