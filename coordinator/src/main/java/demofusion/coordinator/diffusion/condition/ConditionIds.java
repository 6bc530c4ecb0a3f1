package demofusion.coordinator.diffusion.condition;

import demofusion.coordinator.diffusion.mask.AreaPlace;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.protocol.Sha256;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlFit;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.AssetId;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * How work names what it is told beside its texts: by content, so that whoever uses the same
 * picture in the same way uses one asset.
 */
public final class ConditionIds {
  private ConditionIds() {}

  /**
   * A control picture as workers get it: the file's hash, and what was made of it here.
   *
   * @param picture the ControlNet's own
   * @param place of what is computed, in the image
   */
  public static AssetId picture(ControlUse use, PictureBytes picture, AreaPlace place) {
    String made = use.make() == null ? "" : "/" + use.make();
    String cut = use.fit() == ControlFit.CROP ? "/crop " + place.whole() : "";
    String area =
        place.isAll()
            ? ""
            : "/at %s,%s %s of %s"
                .formatted(place.left(), place.top(), place.extent(), place.whole());
    return new AssetId(picture.hash() + made + cut + area);
  }

  /**
   * The picture that a phase has drawn, as a plan knows it, which is made before that is.
   *
   * @param phase from 1
   */
  public static AssetId phase(int phase) {
    return new AssetId("phase " + phase);
  }

  /**
   * The same as workers know it: by its content too, lest one that was drawn wrongly, and drawn
   * again since, be taken for it.
   *
   * @param hash of the file
   */
  public static AssetId phase(int phase, String hash) {
    return new AssetId(phase(phase).value() + " " + hash);
  }

  /**
   * The picture of which a part is drawn anew.
   *
   * @param area size of what is computed of it
   */
  public static AssetId original(Inpainting asked, PixelExtent area) {
    return new AssetId("original " + drawn(asked, area));
  }

  /** Where it is drawn anew. */
  public static AssetId mask(Inpainting asked, PixelExtent area) {
    return new AssetId("mask " + drawn(asked, area));
  }

  /** All that decides which area it is and what lies in it, but for the model. */
  private static String drawn(Inpainting asked, PixelExtent area) {
    PictureBytes mask = asked.mask();
    return Sha256.hexOf(
        "%s %s %s %s %s %s"
            .formatted(
                asked.picture().hash(),
                mask == null ? "" : mask.hash(),
                asked.outpaint(),
                asked.area(),
                MaskedPicture.padding(asked),
                area));
  }

  /** What an IP-Adapter makes of its pictures. */
  public static AssetId tokens(AdapterUse use) {
    NamedNetwork encoder = Objects.requireNonNull(use.encoder(), "no image encoder was found");
    String all =
        use.pictures().stream()
            .map(PictureBytes::hash)
            .collect(
                Collectors.joining(
                    " ", use.network().hash() + " " + encoder.hash() + " " + use.fit() + " ", ""));
    return new AssetId("tokens " + Sha256.hexOf(all));
  }
}
