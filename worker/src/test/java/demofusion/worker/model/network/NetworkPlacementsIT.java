package demofusion.worker.model.network;

import static demofusion.worker.model.Differences.relativeError;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.Weights;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import demofusion.worker.model.tensor.TensorSet;
import demofusion.worker.model.tensor.TensorView;
import demofusion.worker.model.torch.Placement;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The golden networks placed as on small cards, one thing at a time. */
class NetworkPlacementsIT {
  private static final SafetensorsFile GOLDEN =
      SafetensorsFile.open(GoldenData.path("networks.safetensors"));
  private static final ModelFolder FOLDER = ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()));
  private static final TorchDevice CPU = TorchDevice.parse("cpu");
  private static final ForwardSwitches JOINED = new ForwardSwitches(false, true, false, false);

  private static NetworkPlacements slicing(int mostQueries) {
    return new NetworkPlacements(
        Placement.ALL_HERE, Placement.ALL_HERE, Placement.ALL_HERE, mostQueries);
  }

  private static NetworkPlacements streamingAll() {
    Set<String> matrices =
        FOLDER.unet().weights().layout().shapes().entrySet().stream()
            .filter(weight -> weight.getValue().length > 1)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    Placement streaming = new Placement(true, matrices, true, false);
    return new NetworkPlacements(Placement.ALL_HERE, streaming, Placement.ALL_HERE, 0);
  }

  private static Tensor predict(
      Precision precision, ForwardSwitches switches, NetworkPlacements placements) {
    var part = FOLDER.unet();
    try (NoiseNetwork unet =
        NoiseNetwork.load(part.config(), part.weights(), CPU, precision, switches, placements)) {
      TorchThread.prepare(1);
      unet.come();
      unet.leave();
      unet.come();
      return predict(unet);
    }
  }

  private static Tensor predict(NoiseNetwork unet) {
    return unet.predict(
        GOLDEN.tensor("unet.3.sample"),
        new float[] {241, 241},
        GOLDEN.tensor("unet.3.context"),
        1,
        new NoiseNetwork.Added(GOLDEN.tensor("unet.3.pooled"), GOLDEN.tensor("unet.3.time_ids")));
  }

  @Test
  void saysTheSameInSlices_uptoRounding() {
    Tensor noise = predict(Precision.FLOAT32, ForwardSwitches.BUILT_IN, slicing(7));

    assertThat(relativeError(noise, GOLDEN.tensor("unet.3.out"))).isLessThan(1e-4);
  }

  @Test
  void keepsLorasOfWordsInHostMemory_whereThoseOfTheUnetAre() {
    MemoryDemand demand = MemoryDemand.of(FOLDER.architecture(), Precision.FLOAT32, true);
    MemoryPlan least = MemoryPlan.of(demand, MemoryPlan.leastBytes(demand));

    NetworkPlacements small = NetworkPlacements.of(least, Precision.FLOAT32, 0, true);
    NetworkPlacements roomy =
        NetworkPlacements.of(MemoryPlan.unbounded(demand), Precision.FLOAT32, 0, false);

    assertThat(small.text()).isEqualTo(new Placement(true, Set.of(), true, false));
    assertThat(small.unet().madeInHost()).isTrue();
    assertThat(roomy.text()).isEqualTo(Placement.ALL_HERE);
  }

  @Test
  void decodesTheSameInSlices_uptoRounding() {
    var part = FOLDER.vae();
    try (VaeNetwork vae =
        VaeNetwork.load(
            part.config(),
            part.weights(),
            CPU,
            Precision.FLOAT32,
            ForwardSwitches.BUILT_IN,
            slicing(7))) {
      TorchThread.prepare(1);
      Tensor pixels = vae.decode(GOLDEN.tensor("vae_decode.0.latent"));

      assertThat(relativeError(pixels, GOLDEN.tensor("vae_decode.0.image"))).isLessThan(1e-4);
    }
  }

  /** Its file is not read again, and nothing is rounded twice. */
  @Test
  void comesBackInEightBits_asItLeft() {
    var part = FOLDER.unet();
    Map<String, ByteBuffer> matrices = new HashMap<>();
    TensorSet.Builder copies = new TensorSet.Builder("unet");
    for (TensorView view : part.weights().tensors()) {
      ByteBuffer bytes = view.bytes();
      ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining()).order(LITTLE_ENDIAN);
      copy.put(bytes).flip();
      if (view.shape().length > 1) {
        matrices.put(view.name(), copy);
      }
      copies.add(
          view.name(),
          new TensorView(
              view.file(),
              view.name(),
              view.type(),
              view.typeName(),
              view.shape(),
              view.offset(),
              copy::duplicate));
    }
    Weights weights = Weights.of(copies.build(part.weights().files(), ""), part.weights().layout());
    NetworkPlacements leaving =
        new NetworkPlacements(
            Placement.ALL_HERE, new Placement(true, Set.of(), false, true), Placement.ALL_HERE, 0);
    try (NoiseNetwork unet =
        NoiseNetwork.load(
            part.config(),
            weights,
            CPU,
            Precision.FLOAT16_FLOAT8,
            ForwardSwitches.BUILT_IN,
            leaving)) {
      TorchThread.prepare(1);
      unet.come();
      Tensor before = predict(unet);
      unet.leave();
      matrices.values().forEach(NetworkPlacementsIT::overwrite);

      unet.come();

      assertThat(predict(unet)).isEqualTo(before);
    }
  }

  private static void overwrite(ByteBuffer matrix) {
    ByteBuffer all = matrix.duplicate();
    while (all.hasRemaining()) {
      all.put((byte) 0);
    }
  }

  /** As on CUDA, where queries, keys and values are one product. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void joinsWhatStreams_toTheSameBits(Precision precision) {
    Tensor together = predict(precision, JOINED, slicing(0));

    Tensor streamed = predict(precision, JOINED, streamingAll());

    assertThat(streamed).isEqualTo(together);
  }
}
