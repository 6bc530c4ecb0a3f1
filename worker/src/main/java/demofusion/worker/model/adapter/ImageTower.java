package demofusion.worker.model.adapter;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.adapter.AdapterKind;
import demofusion.protocol.model.adapter.ImageEncoderFile;
import demofusion.protocol.work.ImageEncoderShape;
import demofusion.worker.model.torch.Attributes;
import demofusion.worker.model.torch.TorchCall;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchNetwork;

/** A CLIP vision tower on a device (conditioning section 4.2). */
final class ImageTower implements AutoCloseable {
  private final TorchNetwork network;

  private ImageTower(TorchNetwork network) {
    this.network = network;
  }

  /**
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, in one sentence, if file and shape
   *     do not belong together, or the file is damaged
   */
  static ImageTower load(
      ImageEncoderFile file, ImageEncoderShape shape, TorchDevice device, Precision precision) {
    file.require(shape);
    Attributes attributes =
        new Attributes("ImageTower")
            .integer("dtype", TorchNetwork.scalarType(precision))
            .integer("layers", file.layers())
            .integer("heads", shape.heads())
            .integer("patch", file.patch())
            .number("eps", shape.epsilon())
            .flag("quick_gelu", shape.quickGelu());
    return new ImageTower(
        TorchNetwork.load(
            "image_tower.py",
            attributes,
            device,
            CheckedWeights.of("image encoder", file.file(), file.tensors())));
  }

  /**
   * What adapters of a kind read.
   *
   * @param pixels (1, 3, side, side), normalised
   * @return the embedding (1, width), or the last states but one (1, tokens, width)
   */
  Tensor read(Tensor pixels, AdapterKind kind) {
    try (TorchCall call = network.call(kind.readsEmbedding() ? "embedding" : "penultimate")) {
      return call.tensor(pixels).run();
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
