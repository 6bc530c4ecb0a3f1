package demofusion.coordinator.image.condition;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.condition.ConditionIds;
import demofusion.coordinator.diffusion.mask.MaskedPicture;
import demofusion.coordinator.image.RgbPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.Inpainting;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.PictureBytes;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ImageEncoderShape;
import demofusion.protocol.work.Work;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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

  private static final String DRAWN_ANEW = "that is drawn anew in part";

  /** Of a picture that was accepted. */
  private static final long ANY_PIXELS = Long.MAX_VALUE;

  public ConditionAssets {
    pictures = List.copyOf(pictures);
  }

  /** Reads all pictures, which takes a while. */
  public static ConditionAssets of(RenderPlan plan) {
    return of(plan, Set.of());
  }

  /**
   * Refuses what {@link #of} could not be made of, of a request that is still to be accepted. Each
   * picture is read and let go; nothing is made of it that is not needed to tell.
   *
   * @param mostPixels that each picture may have
   * @throws DemofusionException BAD_REQUEST if one cannot be read, has more, or is too large for
   *     workers
   */
  public static void require(RenderPlan plan, long mostPixels) {
    Set<AssetId> seen = new HashSet<>();
    for (ControlUse use : plan.spec().conditions().controls()) {
      PictureBytes picture = use.picture();
      if (picture != null && seen.add(ConditionIds.picture(use, picture, plan.place()))) {
        ControlPixels.require(use, picture, plan.place(), mostPixels);
      }
    }
    MaskedPicture masked = plan.masked();
    if (masked != null && ControlPixels.mayBeLarge(masked.extent())) {
      canvas(plan, masked);
    }
    for (AdapterUse use : plan.conditions().adapters()) {
      EncoderPixels.require(use, mostPixels);
    }
  }

  /**
   * The same, but for pictures whose encodings are there.
   *
   * @param encoded what became of them
   */
  public static ConditionAssets of(RenderPlan plan, Set<AssetId> encoded) {
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
                        ControlPixels.of(use, picture, plan.place(), ANY_PIXELS),
                        ControlPixels.name(use))));
      }
    }
    MaskedPicture masked = plan.masked();
    if (masked != null) {
      canvas(plan, masked).forEach(asset -> pictures.put(asset.id(), asset));
    }
    Map<AssetId, Work.EncodeImage> encodings = new LinkedHashMap<>();
    for (AdapterUse use : plan.conditions().adapters()) {
      AssetId tokens = ConditionIds.tokens(use);
      if (!encoded.contains(tokens)) {
        encodings.computeIfAbsent(tokens, id -> encoding(use, ANY_PIXELS));
      }
    }
    return new ConditionAssets(new ArrayList<>(pictures.values()), encodings);
  }

  /** What ControlNets are shown of the picture of which a part is drawn anew, and its mask. */
  private static List<Asset.PictureFile> canvas(RenderPlan plan, MaskedPicture masked) {
    Inpainting asked = plan.spec().conditions().inpainting();
    if (asked == null || !plan.conditions().followsCanvas()) {
      return List.of();
    }
    RgbPicture original = new RgbPicture(masked.original().extent(), masked.original().values());
    RgbPicture mask = ControlPixels.grey(masked.mask().extent(), masked.mask().levels());
    return List.of(
        asset(ConditionIds.original(asked, masked.extent()), original),
        asset(ConditionIds.mask(asked, masked.extent()), mask));
  }

  private static Asset.PictureFile asset(AssetId id, RgbPicture picture) {
    return new Asset.PictureFile(id, ControlPixels.png(picture, DRAWN_ANEW));
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
