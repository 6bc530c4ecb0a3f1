package demofusion.worker.model.control;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.worker.model.JobAssets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Cuts what ControlNets see out of a job's pictures. Those that were looked at last are kept
 * decoded, and ready in the sizes of a phase.
 */
final class ControlPictures {
  private static final int COLOURS = 3;
  private static final int MOST_SIZES = 8;

  /**
   * Decoded pictures, and what they became in sizes of phases, may take so much of the heap, or one
   * of them alone may be larger.
   */
  private static final int SHARE_OF_HEAP = 4;

  private final long mostBytes;
  private final Map<AssetId, Decoded> decoded = new LinkedHashMap<>(8, 0.75f, true);
  private final Map<ControlPicture, SizedPicture> sized = new LinkedHashMap<>(8, 0.75f, true);

  private record Decoded(byte[] file, BytePicture picture) {}

  ControlPictures() {
    this(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  ControlPictures(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * @return (views, 3, height, width)
   */
  Tensor cut(ControlInput input, JobAssets assets) {
    int views = input.cuts().size();
    int height = input.cuts().get(0).height();
    int width = input.cuts().get(0).width();
    if (input.cuts().stream().anyMatch(cut -> cut.height() != height || cut.width() != width)) {
      throw new IllegalArgumentException("the views of a forward have cuts of several sizes");
    }
    SizedPicture picture = sized(input.picture(), assets);
    Tensor cuts = Tensor.zeros(views, COLOURS, height, width);
    int size = COLOURS * height * width;
    IntStream.range(0, views)
        .parallel()
        .forEach(
            view ->
                picture.cut(input.cuts().get(view), input.blueFirst(), cuts.values(), view * size));
    return cuts;
  }

  private synchronized SizedPicture sized(ControlPicture picture, JobAssets assets) {
    BytePicture file = decoded(picture.file(), assets);
    AssetId maskId = picture.mask();
    BytePicture mask = maskId == null ? null : decoded(maskId, assets);
    SizedPicture there = sized.get(picture);
    if (there == null || !there.isOf(file, mask)) {
      there = new SizedPicture(file, mask, picture);
      sized.put(picture, there);
      forgetOldestSizes();
    }
    return there;
  }

  /** A picture of another job may go by the same id. */
  private BytePicture decoded(AssetId id, JobAssets assets) {
    Asset.PictureFile asset = assets.get(Asset.PictureFile.class, id);
    Decoded there = decoded.get(id);
    if (there == null || !Arrays.equals(there.file(), asset.file())) {
      there = new Decoded(asset.file(), BytePicture.decode(asset));
      decoded.put(id, there);
      forgetOldest(id);
    }
    return there.picture();
  }

  /** Of pictures that no work names any more nothing is kept. */
  synchronized void letGo(Collection<AssetId> ids) {
    ids.forEach(this::forget);
  }

  /** All but the one that was wanted last. */
  private void forgetOldestSizes() {
    while (sized.size() > 1 && (sized.size() > MOST_SIZES || bytes() > mostBytes)) {
      sized.remove(sized.keySet().iterator().next());
    }
  }

  /** With all that was made of them. */
  private void forgetOldest(AssetId newest) {
    List<AssetId> oldest = new ArrayList<>(decoded.keySet());
    for (AssetId id : oldest) {
      if (bytes() > mostBytes && !id.equals(newest)) {
        forget(id);
      }
    }
  }

  private void forget(AssetId id) {
    decoded.remove(id);
    sized.keySet().removeIf(each -> each.file().equals(id) || id.equals(each.mask()));
  }

  /** That are kept, of files and what they became. */
  synchronized long bytes() {
    long whole =
        decoded.values().stream()
            .mapToLong(each -> (long) each.file().length + each.picture().pixels().length)
            .sum();
    return whole + sized.values().stream().mapToLong(SizedPicture::bytes).sum();
  }
}
