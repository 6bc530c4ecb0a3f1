package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.torch.TorchDevice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Super-resolution networks against the golden pictures of whole runs. */
class GoldenUpscaleIT {
  private static final String HASH = "0123456789abcdef".repeat(4);

  private static DiffusionModel model;

  @TempDir Path folder;

  @BeforeAll
  static void load() {
    model =
        ModelFolder.open(ModelSource.of(GoldenData.tinySdxl()))
            .load("cpu", Precision.FLOAT32, hash -> file("rrdb-x4"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Path file(String name) {
    return GoldenData.path("modes-runs/upscalers/" + name + ".safetensors");
  }

  /** What phase 1 of a golden run drew, in 8 bits. */
  private static Tensor picture(String run) {
    Tensor latent = GoldenData.tensors("modes-runs/" + run + ".safetensors").tensor("phase1.final");
    int[] shape = Arrays.copyOfRange(latent.shape(), 1, 4);
    Tensor pixels =
        model
            .decode(
                new Work.DecodeLatent(new Tensor(shape, latent.values()), AssetId.NONE, 1), null)
            .pixels();
    float[] values = pixels.values();
    for (int n = 0; n < values.length; n++) {
      values[n] = level(values[n]) / 255f;
    }
    return pixels;
  }

  private static int level(float value) {
    return (int) Math.rint(Math.min(1f, Math.max(0f, value)) * 255f);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x4", "x2"})
  void enlargesAsTheReferenceDoes(String name) throws IOException {
    Tensor small = picture("sr-" + name);

    Tensor large;
    try (UpscalerNetwork network =
        UpscalerNetwork.load(file("rrdb-" + name), TorchDevice.parse("cpu"))) {
      large = network.upscale(small, 1);
    }

    BufferedImage golden = ImageIO.read(GoldenData.path("modes-runs/sr-" + name + ".png").toFile());
    int height = golden.getHeight();
    int width = golden.getWidth();
    assertThat(large.shape()).containsExactly(3, height, width);
    int differing = 0;
    int most = 0;
    for (int n = 0; n < large.values().length; n++) {
      int rgb = golden.getRGB(n % width, n / width % height);
      int wanted = rgb >> (16 - 8 * (n / (width * height))) & 0xff;
      int difference = Math.abs(level(large.values()[n]) - wanted);
      differing += difference > 0 ? 1 : 0;
      most = Math.max(most, difference);
    }
    assertThat(most).isLessThanOrEqualTo(3);
    assertThat(differing / (double) large.values().length).isLessThanOrEqualTo(0.03);
  }

  @Test
  void givesTheSameBitsOnAWorker_whoseFilesHaveIt() {
    Tensor small = picture("sr-x4");

    Tensor byWorker = model.upscale(new Work.UpscalePicture(small, HASH, 1)).pixels();

    try (UpscalerNetwork network =
        UpscalerNetwork.load(file("rrdb-x4"), TorchDevice.parse("cpu"))) {
      assertThat(network.upscale(small, 1)).isEqualTo(byWorker);
    }
  }

  @Test
  void keepsOddSides() {
    try (UpscalerNetwork network =
        UpscalerNetwork.load(file("rrdb-x2"), TorchDevice.parse("cpu"))) {
      assertThat(network.upscale(Tensor.zeros(3, 7, 10), 1).shape()).containsExactly(3, 14, 20);
    }
  }

  @Test
  void refusesAFileWithNan() throws IOException {
    SafetensorsFile from = SafetensorsFile.open(file("rrdb-x4-old"));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    from.names().forEach(name -> tensors.put(name, from.tensor(name)));
    Objects.requireNonNull(tensors.get("HRconv.weight")).values()[5] = Float.NaN;
    Path damaged = folder.resolve("nan.safetensors");
    try (FileChannel channel =
        FileChannel.open(damaged, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      SafetensorsWriter.toChannel(channel, tensors, Map.of());
    }

    assertThatThrownBy(() -> UpscalerNetwork.load(damaged, TorchDevice.parse("cpu")))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("has NaN or infinity in HRconv.weight");
  }
}
