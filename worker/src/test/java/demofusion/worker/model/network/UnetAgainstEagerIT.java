package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.ModelFolder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnetAgainstEagerIT {
  @Test
  void refusesWhatItCannotCompare() {
    assertThatCode(() -> UnetAgainstEager.requireComparable(Precision.FLOAT16, Optional.empty()))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> UnetAgainstEager.requireComparable(Precision.FLOAT16_FLOAT8, Optional.empty()))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("leave out --weights float8");
    assertThatThrownBy(
            () ->
                UnetAgainstEager.requireComparable(
                    Precision.FLOAT16, Optional.of("memory 8.0 GB: the UNet streams")))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("leave out --memory");
  }

  @Test
  void timesBothOnTheSameWeights() {
    ModelFolder folder = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));

    UnetAgainstEager.Result result =
        UnetAgainstEager.measure(folder, "cpu", Precision.FLOAT32, 1, 1, 3);

    assertThat(result.ourSeconds()).isPositive();
    assertThat(result.ratio() * result.ourSeconds()).isCloseTo(result.eagerSeconds(), offset(1e-9));
  }
}
