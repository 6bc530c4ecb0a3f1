package demofusion.coordinator.diffusion;

import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.api.request.condition.StepSpan;
import demofusion.protocol.latent.PixelExtent;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** ControlNets and IP-Adapters that were looked up, for tests that have none. */
public final class Steering {
  public static final double COST = 0.45;
  private static final String HASH = "c0".repeat(32);

  private Steering() {}

  /** On the picture of the phase before. */
  public static ControlUse onPhase() {
    return control(null);
  }

  public static ControlUse on(PictureBytes picture) {
    return control(picture);
  }

  private static ControlUse control(@Nullable PictureBytes picture) {
    return ControlUse.of(NamedNetwork.named("edges"), picture)
        .with(new NamedNetwork("edges", HASH), new ControlFacts(false, null, COST));
  }

  /** One type of a union of eight. */
  public static ControlUse union(String type, PictureBytes picture) {
    ControlUse plain = ControlUse.of(NamedNetwork.named("union"), picture);
    return new ControlUse(
            plain.network(),
            null,
            type,
            picture,
            plain.weights(),
            plain.span(),
            plain.mode(),
            null,
            null,
            null)
        .with(new NamedNetwork("union", "d0".repeat(32)), new ControlFacts(false, 8, COST));
  }

  public static ControlUse during(ControlUse use, double start, double end) {
    return new ControlUse(
        use.network(),
        use.facts(),
        use.type(),
        use.picture(),
        use.weights(),
        new StepSpan(start, end),
        use.mode(),
        use.askedResize(),
        use.fit(),
        use.make());
  }

  /**
   * @param weights by phase
   */
  public static ControlUse weighted(ControlUse use, double... weights) {
    return new ControlUse(
        use.network(),
        use.facts(),
        use.type(),
        use.picture(),
        DoubleStream.of(weights).boxed().toList(),
        use.span(),
        use.mode(),
        use.askedResize(),
        use.fit(),
        use.make());
  }

  public static AdapterUse adapter(double scale, @Nullable Double local) {
    AdapterUse plain =
        AdapterUse.of(NamedNetwork.named("look"), List.of(picture(40, 30)))
            .with(
                new NamedNetwork("look", "a0".repeat(32)),
                new NamedNetwork("eye", "e0".repeat(32)),
                new AdapterFacts(16, 2, 14, false, 1e-5));
    return new AdapterUse(
        plain.network(),
        plain.encoder(),
        plain.facts(),
        plain.pictures(),
        scale,
        local,
        plain.span(),
        plain.blocks(),
        plain.fit());
  }

  /** A PNG whose pixels all differ from their neighbours. */
  public static PictureBytes picture(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0x10305 * (7 * x + 11 * y) & 0xffffff);
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return PictureBytes.of(png.toByteArray()).with(new PixelExtent(width, height));
  }
}
