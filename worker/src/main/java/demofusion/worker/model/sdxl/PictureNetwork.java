package demofusion.worker.model.sdxl;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.folder.VaeConfig;
import demofusion.worker.model.folder.Weights;
import java.util.List;
import java.util.Map;

/** The VAE on a device: pictures to latents and back. */
final class PictureNetwork implements AutoCloseable {
  /**
   * The most tokens of a survey that the middle attention of a tile looks at, evenly strided: as
   * many as a quarter of the latent of a native SDXL picture has.
   */
  private static final int MOST_SURVEY_TOKENS = 4096;

  /**
   * A survey looks at the whole latent at its own resolution, and from there outwards at a grid of
   * at most 32 by 32 patches of 4 by 4 latent samples: all of a latent of 128 by 128, a sixteenth
   * of one of 512 by 512. Measured on the miniature against statistics of everything: {@code
   * TiledDecodingIT}.
   */
  private static final int MOST_PATCHES = 32;

  private static final int PATCH_SIDE = 4;

  /** Around each patch, before each doubling of the resolution; at the picture's border none. */
  private static final int PATCH_MARGIN = 1;

  private final TorchNetwork network;

  private PictureNetwork(TorchNetwork network) {
    this.network = network;
  }

  static PictureNetwork load(
      VaeConfig config, Weights weights, TorchDevice device, Precision precision) {
    Attributes attributes =
        new Attributes("Vae")
            .integer("dtype", TorchNetwork.scalarType(precision))
            .integer("blocks", config.channels().length)
            .integer("layers", config.resnets())
            .integer("groups", config.groups())
            .integer("most_tokens", MOST_SURVEY_TOKENS)
            .integer("most_patches", MOST_PATCHES)
            .integer("patch", PATCH_SIDE)
            .integer("patch_margin", PATCH_MARGIN);
    return new PictureNetwork(TorchNetwork.load("vae.py", attributes, device, weights));
  }

  /** (1, 3, height, width) in [−1, 1] to mean and standard deviation, not yet scaled. */
  List<Tensor> encode(Tensor pixels) {
    try (TorchCall call = network.call("encode")) {
      return call.tensor(pixels).runForTuple();
    }
  }

  /** A latent that looks at itself alone, as the decoder expects it; about [−1, 1]. */
  Tensor decode(Tensor latent) {
    try (TorchCall call = network.call("decode")) {
      return call.tensor(latent).run();
    }
  }

  /** A tile that is told what the whole picture looks like. */
  Tensor decodeTile(Tensor latent, List<String> names, List<Tensor> survey) {
    try (TorchCall call = network.call("decode_tile")) {
      return call.tensor(latent).tensors(names, survey).run();
    }
  }

  /** What tiles need to be told, by layer. */
  Map<String, Tensor> survey(Tensor crops, int margin) {
    try (TorchCall call = network.call("look")) {
      return call.tensor(crops).integer(margin).runForMap();
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
