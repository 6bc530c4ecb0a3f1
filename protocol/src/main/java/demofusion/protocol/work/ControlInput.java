package demofusion.protocol.work;

import demofusion.protocol.model.FileHashes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One ControlNet in a forward (conditioning section 2): its network, the picture that it follows,
 * and where each view lies in it.
 *
 * @param networkHash SHA-256 of the network's file, hexadecimal
 * @param blueFirst whether the network was trained on BGR ({@code
 *     controlnet_conditioning_channel_order})
 * @param unionType which of a union's types of control the picture is; null: it is no union
 * @param scale what all its residuals are multiplied with; not 0, since then it is not evaluated
 * @param soft whether they are multiplied with 0.825^(12−j) too, j counting from the first
 * @param cuts one for each view
 */
public record ControlInput(
    String networkHash,
    boolean blueFirst,
    @Nullable Integer unionType,
    double scale,
    boolean soft,
    ControlPicture picture,
    List<PixelCut> cuts) {
  public ControlInput {
    FileHashes.requireHash("a ControlNet", networkHash);
    cuts = List.copyOf(cuts);
    if (networkHash.isEmpty()) {
      throw new IllegalArgumentException("the ControlNet was not looked up");
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException("a ControlNet's scale is " + scale);
    }
  }

  ControlInput views(int from, int to) {
    return new ControlInput(
        networkHash, blueFirst, unionType, scale, soft, picture, cuts.subList(from, to));
  }

  ControlInput views(List<Integer> numbers) {
    return new ControlInput(
        networkHash,
        blueFirst,
        unionType,
        scale,
        soft,
        picture,
        numbers.stream().map(cuts::get).toList());
  }
}
