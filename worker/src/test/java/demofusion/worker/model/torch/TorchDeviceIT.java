package demofusion.worker.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchDeviceIT {
  @ParameterizedTest
  @ValueSource(strings = {"cuda:999", "gpu", "cuda:-1", "", "cuda:99999999999"})
  void refusesADeviceThatIsNotThere_inOneSentence(String text) {
    DemofusionException refusal =
        catchThrowableOfType(DemofusionException.class, () -> TorchDevice.parse(text));

    assertThat(refusal.code()).isEqualTo(FailureCode.BAD_REQUEST);
    assertThat(refusal.userMessage()).contains("device").contains(text).doesNotContain("\n");
  }

  @Test
  void runsInFloat32OnACpu() {
    TorchDevice cpu = TorchDevice.parse("cpu");

    assertThat(cpu.defaultPrecision()).isEqualTo(Precision.FLOAT32);
    assertThat(cpu).hasToString("cpu");
  }

  @Test
  void recognisesLibtorchsWaysToRunOutOfMemory() {
    for (String message :
        new String[] {
          "CUDA out of memory. Tried to allocate 20.00 GiB.",
          "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory:"
              + " you tried to allocate 549755813888 bytes."
        }) {
      DemofusionException failure =
          TorchFailure.translate("guided", new IllegalStateException(message));

      assertThat(failure.code()).isEqualTo(FailureCode.OUT_OF_MEMORY);
    }
    assertThat(TorchFailure.translate("guided", new IllegalStateException("a\nb")).userMessage())
        .doesNotContain("\n");
  }
}
