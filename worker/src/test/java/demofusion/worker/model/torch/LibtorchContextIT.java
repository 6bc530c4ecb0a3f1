package demofusion.worker.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.Precision;
import org.junit.jupiter.api.Test;

/** The switches of the whole process, in the libtorch that is here. */
class LibtorchContextIT {
  @Test
  void neverPicksAlgorithmsByTimingThem() {
    assertThat(LibtorchContext.benchmarksCudnn()).isFalse();
  }

  @Test
  void reachesTheSwitchOfFastAccumulation() {
    boolean before = LibtorchContext.allowsFp16Accumulation();
    LibtorchContext.allowFp16Accumulation(true);
    boolean on = LibtorchContext.allowsFp16Accumulation();
    LibtorchContext.allowFp16Accumulation(false);

    assertThat(before).isFalse();
    assertThat(on).isTrue();
    assertThat(LibtorchContext.allowsFp16Accumulation()).isFalse();
  }

  @Test
  void refusesFastAccumulationOnACpu() {
    TorchDevice cpu = TorchDevice.parse("cpu");

    assertThatThrownBy(() -> LibtorchContext.accumulate(cpu, Precision.FLOAT16_FAST_ACCUMULATION))
        .isInstanceOf(DemofusionException.class)
        .hasMessage("precision float16-fast-accumulation needs a GPU, and the device is cpu");
    assertThat(LibtorchContext.allowsFp16Accumulation()).isFalse();
  }
}
