package demofusion.worker.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.worker.model.torch.TorchDevice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The upscaler that lies beside the miniature, on crops of scenes that it was not trained on. */
class ShippedUpscalerIT {
  private static final int BORDER = 16;

  /** The second column is what Pillow's Lanczos reaches. */
  @ParameterizedTest
  @CsvSource({"scene-1, 20.963", "scene-2, 31.086"})
  void isNearerToTheTruthThanLanczos(String scene, double lanczos) throws IOException {
    Tensor truth = pixels(scene);

    Tensor larger;
    try (UpscalerNetwork network =
        UpscalerNetwork.load(
            GoldenData.path("../../../../deploy/models/upscalers/scenes-x4.safetensors")
                .normalize(),
            TorchDevice.parse("cpu"))) {
      larger = network.upscale(pixels(scene + "-small"), 1);
    }

    assertThat(psnr(larger, truth)).isGreaterThan(lanczos + 0.1);
  }

  private static double psnr(Tensor one, Tensor other) {
    int side = one.shape()[1];
    double sum = 0;
    int count = 0;
    for (int n = 0; n < one.values().length; n++) {
      int x = n % side;
      int y = n / side % side;
      if (Math.min(x, y) >= BORDER && Math.max(x, y) < side - BORDER) {
        double difference = Math.min(1, Math.max(0, one.values()[n])) - other.values()[n];
        sum += difference * difference;
        count++;
      }
    }
    return -10 * Math.log10(sum / count);
  }

  private static Tensor pixels(String name) throws IOException {
    try (InputStream in =
        ShippedUpscalerIT.class.getResourceAsStream("/upscaling/" + name + ".png")) {
      BufferedImage image = ImageIO.read(Objects.requireNonNull(in));
      int width = image.getWidth();
      int height = image.getHeight();
      Tensor pixels = Tensor.zeros(3, height, width);
      for (int n = 0; n < pixels.values().length; n++) {
        int rgb = image.getRGB(n % width, n / width % height);
        pixels.values()[n] = (rgb >> (16 - 8 * (n / (width * height))) & 0xff) / 255f;
      }
      return pixels;
    }
  }
}
