package demofusion.protocol.work;

import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.model.FileHashes;

/**
 * One IP-Adapter in a forward (conditioning section 4): its file, and what it made of its pictures.
 *
 * @param adapterHash SHA-256 of its file, hexadecimal
 * @param tokens an {@link Asset.Conditioning} of {@link WorkResult.EncodedImage}'s tensors
 * @param scale what its attention is multiplied with; not 0, since then it is left out
 * @param blocks where it attends
 */
public record ImagePrompt(String adapterHash, AssetId tokens, double scale, AdapterBlocks blocks) {
  public ImagePrompt {
    FileHashes.requireHash("an IP-Adapter", adapterHash);
    if (adapterHash.isEmpty()) {
      throw new IllegalArgumentException("the IP-Adapter was not looked up");
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("an IP-Adapter's scale is " + scale);
    }
  }
}
