package demofusion.worker.model.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** libtorch's own switches, which the CPU's build has too. */
class TensorFloat32IT {
  @AfterEach
  void leaveItOff() {
    TensorFloat32.turnOff();
  }

  @Test
  void isOff_onceItIsTurnedOff() {
    TensorFloat32.allow(true);
    assertThat(TensorFloat32.state().isOff()).isFalse();

    TensorFloat32.turnOff();

    assertThat(TensorFloat32.state().isOff()).isTrue();
    assertThat(TensorFloat32.state().sentence())
        .isEqualTo("cuDNN allows it: false, cuBLAS allows it: false");
  }
}
