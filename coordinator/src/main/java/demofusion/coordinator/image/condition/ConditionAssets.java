package demofusion.coordinator.image.condition;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ImageEncoderShape;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a job has to have made and encoded of its pictures before its first timestep (conditioning
 * sections 2.6 and 4.4). Pictures of phases come by and by.
 *
 * @param pictures each once
 * @param encodings by the id of the asset that becomes of the answer
 */
public record ConditionAssets(
    List<Asset.PictureFile> pictures, Map<AssetId, Work.EncodeImage> encodings) {
  public static final ConditionAssets NONE = new ConditionAssets(List.of(), Map.of());

  /** Of a picture that was accepted. */
  private static final long ANY_PIXELS = Long.MAX_VALUE;

  public ConditionAssets {
    pictures = List.copyOf(pictures);
  }

  /** Reads all pictures, which takes a while. */
  public static ConditionAssets of(RenderPlan plan) {
    return of(plan, ANY_PIXELS);
  }

  /**
   * The same of a request that is still to be accepted.
   *
   * @param mostPixels that each picture may have
   * @throws DemofusionException BAD_REQUEST if one cannot be read, or has more
   */
  public static ConditionAssets of(RenderPlan plan, long mostPixels) {
    if (plan.spec().conditions().isEmpty()) {
      return NONE;
    }
    Map<AssetId, Asset.PictureFile> pictures = new LinkedHashMap<>();
    for (ControlUse use : plan.spec().conditions().controls()) {
      PictureBytes picture = use.picture();
      if (picture != null) {
        pictures.computeIfAbsent(
            ConditionIds.picture(use, picture, plan.place()),
            id ->
                new Asset.PictureFile(
                    id,
                    ControlPixels.png(
                        ControlPixels.of(use, picture, plan.place(), mostPixels),
                        ControlPixels.name(use))));
      }
    }
    MaskedPicture masked = plan.masked();
    if (masked != null && plan.conditions().followsCanvas()) {
      RgbPicture original = new RgbPicture(masked.original().extent(), masked.original().values());
      pictures.put(ConditionIds.ORIGINAL, asset(ConditionIds.ORIGINAL, original));
      RgbPicture mask = ControlPixels.grey(masked.mask().extent(), masked.mask().levels());
      pictures.put(ConditionIds.MASK, asset(ConditionIds.MASK, mask));
    }
    Map<AssetId, Work.EncodeImage> encodings = new LinkedHashMap<>();
    for (AdapterUse use : plan.conditions().adapters()) {
      encodings.computeIfAbsent(ConditionIds.tokens(use), id -> encoding(use, mostPixels));
    }
    return new ConditionAssets(new ArrayList<>(pictures.values()), encodings);
  }

  private static Asset.PictureFile asset(AssetId id, RgbPicture picture) {
    return new Asset.PictureFile(id, ControlPixels.png(picture, "that is drawn anew in part"));
  }

  private static Work.EncodeImage encoding(AdapterUse use, long mostPixels) {
    NamedNetwork encoder = Objects.requireNonNull(use.encoder());
    AdapterFacts facts =
        Objects.requireNonNull(use.facts(), () -> use.network() + " was not looked up");
    return new Work.EncodeImage(
        use.network().hash(),
        encoder.hash(),
        new ImageEncoderShape(facts.heads(), facts.imageSize(), facts.quickGelu(), facts.epsilon()),
        EncoderPixels.of(use, facts, mostPixels));
  }
}
