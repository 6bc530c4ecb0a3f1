package demofusion.coordinator.diffusion;

import demofusion.protocol.api.request.condition.ConditionSettings;
import demofusion.protocol.api.request.condition.InpaintArea;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.Outpaint;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Pictures of which a part is drawn anew, read already. */
public final class MaskedPictures {
  private MaskedPictures() {}

  /** A picture with edges, and a white rectangle in its mask. */
  public static Inpainting rectangle(
      PixelExtent extent, int left, int top, int width, int height, double strength) {
    return inpainting(
        extent, mask(extent, left, top, width, height), strength, null, InpaintArea.PICTURE, null);
  }

  public static Inpainting inpainting(
      PixelExtent extent,
      @Nullable PictureBytes mask,
      double strength,
      @Nullable Outpaint outpaint,
      InpaintArea area,
      @Nullable Integer padding) {
    return new Inpainting(picture(extent), mask, strength, null, outpaint, area, padding);
  }

  public static ConditionSettings conditions(Inpainting inpainting) {
    return ConditionSettings.NONE.withInpainting(inpainting);
  }

  public static PictureBytes picture(PixelExtent extent) {
    byte[] rgb = new byte[Math.toIntExact(3 * extent.area())];
    for (int n = 0; n < rgb.length; n++) {
      int x = n / 3 % extent.width();
      int y = n / 3 / extent.width();
      rgb[n] = (byte) (40 + 50 * (n % 3) + (x / 7 + y / 5) % 3 * 30 + x % 4);
    }
    return file("picture").with(new PictureBytes.Pixels(extent, rgb));
  }

  public static PictureBytes mask(PixelExtent extent, int left, int top, int width, int height) {
    byte[] grey = new byte[Math.toIntExact(extent.area())];
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        grey[y * extent.width() + x] = (byte) 255;
      }
    }
    return file("mask").with(new PictureBytes.Pixels(extent, grey));
  }

  /** A PNG by its first bytes. */
  private static PictureBytes file(String name) {
    return PictureBytes.of(("\u0089PNG\r\n\u001a\n" + name).getBytes(StandardCharsets.ISO_8859_1));
  }
}
