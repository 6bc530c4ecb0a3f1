package demofusion.worker;

import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of one job that come in parts. Of one whose part was lost on the way nothing is left:
 * the work that needs it finds that it is missing, and all of it is sent again.
 */
final class PictureParts {
  private final Map<AssetId, Beginning> begun = new HashMap<>();

  /** The first parts of a picture. */
  private record Beginning(int parts, ByteArrayOutputStream bytes) {}

  /**
   * @return the asset, if it is whole now
   */
  Optional<Asset> add(Asset asset) {
    if (!(asset instanceof Asset.PicturePart part)) {
      return Optional.of(asset);
    }
    @Nullable Beginning before = begun.remove(part.id());
    if (part.number() != (before == null || part.number() == 0 ? 0 : before.parts())) {
      return Optional.empty();
    }
    ByteArrayOutputStream bytes =
        before == null || part.number() == 0 ? new ByteArrayOutputStream() : before.bytes();
    bytes.writeBytes(bytes(part));
    if (part.number() + 1 == part.count()) {
      return Optional.of(new Asset.PictureFile(part.id(), bytes.toByteArray()));
    }
    begun.put(part.id(), new Beginning(part.number() + 1, bytes));
    return Optional.empty();
  }

  private static byte[] bytes(Asset.PicturePart part) {
    byte[] bytes = new byte[part.fileBytes()];
    part.bytes().get(bytes);
    return bytes;
  }

  /** Nobody needs it any more. */
  void letGo(AssetId asset) {
    begun.remove(asset);
  }
}
