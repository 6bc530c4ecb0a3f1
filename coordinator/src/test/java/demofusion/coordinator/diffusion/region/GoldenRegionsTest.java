package demofusion.coordinator.diffusion.region;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.GoldenModes;
import demofusion.protocol.api.request.method.RegionNoise;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.latent.PixelExtent;
import org.junit.jupiter.api.Test;

/** Edges and noise where they are, against OpenCV and torch (modes section 12). */
class GoldenRegionsTest {
  private static final PixelExtent PICTURE = new PixelExtent(128, 96);
  private static final LatentExtent LATENT = new LatentExtent(24, 32);

  @Test
  void findsOpenCvsEdges() {
    EdgeMap edges = new Canny(PICTURE, 0, 255).edges(Pictures.rows(PICTURE, picture()));

    float[] found = new float[PICTURE.width() * PICTURE.height()];
    for (int n = 0; n < found.length; n++) {
      found[n] = edges.isEdge(n / PICTURE.width(), n % PICTURE.width()) ? 1 : 0;
    }
    assertThat(found).isEqualTo(GoldenModes.values("regions.edges"));
  }

  @Test
  void addsNoiseWhereTheEdgesAre() {
    RegionDeviation deviation =
        RegionDeviation.of(
            PICTURE, Pictures.rows(PICTURE, picture()), LATENT, new RegionNoise(0, 1.2));
    float[] noised = GoldenModes.values("regions.z").clone();

    deviation.add(0, noised, noised.length, GoldenModes.values("regions.noise"));

    GoldenModes.assertAgrees(deviation.values(), "regions.deviation");
    GoldenModes.assertAgrees(noised, "regions.noised");
  }

  private static byte[] picture() {
    float[] values = GoldenModes.values("regions.picture");
    byte[] bytes = new byte[values.length];
    for (int n = 0; n < bytes.length; n++) {
      bytes[n] = (byte) Math.round(values[n]);
    }
    return bytes;
  }
}
