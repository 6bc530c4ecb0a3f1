package demofusion.worker.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.TextTowerConfig;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TorchNetworkIT {
  private final ModelFolder.Part<TextTowerConfig> tower =
      ModelFolder.open(ModelSource.of(GoldenData.tinySdxl())).towers().get(0);
  private final Attributes attributes =
      new Attributes("TextTower")
          .integer("dtype", TorchNetwork.scalarType(Precision.FLOAT32))
          .integer("layers", tower.config().layers())
          .integer("heads", tower.config().heads())
          .number("eps", tower.config().epsilon())
          .flag("quick_gelu", tower.config().quickGelu());

  /** What is loaded in the middle of a forward must not change the threads, and so the bits. */
  @Test
  void leavesTheThreadsAsTheyWere_whenItIsLoaded() {
    Libtorch.engine();
    TorchThread.prepare(3);

    try (TorchNetwork network =
        TorchNetwork.load("text_tower.py", attributes, TorchDevice.parse("cpu"), tower.weights())) {
      assertThat(network.isHere()).isTrue();
      assertThat(TorchThread.prepared()).hasValue(3);
    }
    int during = TorchThread.during(1, () -> TorchThread.prepared().orElseThrow());
    assertThat(during).isEqualTo(1);
    assertThat(TorchThread.prepared()).hasValue(3);
  }

  @Test
  void saysThatMemoryRanOut_whereWeightsAreMadeAnew() {
    Set<String> names = tower.weights().layout().shapes().keySet();
    try (TorchNetwork network =
        TorchNetwork.load("text_tower.py", attributes, TorchDevice.parse("cpu"), tower.weights())) {

      assertThatThrownBy(
              () ->
                  network.with(
                      names,
                      name -> {
                        throw new OutOfMemoryError("Java heap space");
                      }))
          .isInstanceOfSatisfying(
              DemofusionException.class,
              e -> assertThat(e.code()).isEqualTo(FailureCode.OUT_OF_MEMORY));
    }
  }
}
