package demofusion.worker.model.adapter;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.adapter.AdapterFile;
import demofusion.protocol.model.adapter.AdapterKind;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.adapter.ImageEncoderFile;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.memory.DeviceRoom;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An image encoder and an IP-Adapter's projection, which are there as long as they are needed: one
 * after the other.
 *
 * @param room on the device, which they take meanwhile
 */
record ImageTokens(
    AdapterFile adapter,
    ImageEncoderFile encoder,
    TorchDevice device,
    Precision precision,
    DeviceRoom room) {
  /** The name of the tensor that a {@link WorkResult.EncodedImage} has in either half. */
  static final String TOKENS = "tokens";

  /** Of a layer's widest states, at the moment when there are most of them. */
  private static final int STATES = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ImageTokens.class);

  /**
   * Makes tokens of pictures: of each by itself, side by side. Those of the other half are as many,
   * of no picture: a plain adapter's of an embedding of zeros, others' of zeros for pixels.
   *
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, in one sentence, if adapter and
   *     encoder do not belong together
   */
  WorkResult.EncodedImage of(Work.EncodeImage work) {
    AdapterKind kind = adapter.shape().kind();
    AdapterPair.requireFit(adapter, encoder);
    List<Tensor> pictures = pictures(work.pixels());
    List<Tensor> states;
    Tensor nothing;
    Runnable leaveRoom = room.take("an image encoder", encoderBytes());
    try (ImageTower tower = ImageTower.load(encoder, work.shape(), device, precision)) {
      TorchThread.prepare(work.threads());
      states = pictures.stream().map(picture -> tower.read(picture, kind)).toList();
      nothing =
          kind.readsEmbedding()
              ? Tensor.zeros(states.get(0).shape())
              : tower.read(Tensor.zeros(pictures.get(0).shape()), kind);
    } finally {
      leaveRoom.run();
    }
    leaveRoom = room.take("an IP-Adapter's projection", projectionBytes());
    try (AdapterNetwork network = AdapterNetwork.projection(adapter, device, precision)) {
      TorchThread.prepare(work.threads());
      List<Tensor> tokens = states.stream().map(network::project).toList();
      Tensor none = network.project(nothing);
      LOG.info(
          "event=image-encoded adapter={} encoder={} pictures={}",
          work.adapterHash(),
          work.encoderHash(),
          pictures.size());
      return new WorkResult.EncodedImage(
          joined(tokens), joined(tokens.stream().map(any -> none).toList()));
    } finally {
      leaveRoom.run();
    }
  }

  private long encoderBytes() {
    long states = (long) STATES * encoder.tokens() * encoder.innerWidth();
    return (Layout.of(encoder.tensors()).parameters() + states) * precision.bytes();
  }

  private long projectionBytes() {
    return Layout.of(AdapterNetwork.ofProjection(adapter)).parameters() * precision.bytes();
  }

  /**
   * @param pixels (pictures, 3, side, side)
   */
  private static List<Tensor> pictures(Tensor pixels) {
    int[] one = pixels.shape().clone();
    one[0] = 1;
    int size = pixels.values().length / pixels.shape()[0];
    List<Tensor> pictures = new ArrayList<>();
    for (int n = 0; n < pixels.shape()[0]; n++) {
      Tensor picture = Tensor.zeros(one);
      System.arraycopy(pixels.values(), n * size, picture.values(), 0, size);
      pictures.add(picture);
    }
    return pictures;
  }

  /**
   * @param each (1, tokens, width)
   * @return all their tokens, (tokens, width)
   */
  private static NamedTensors joined(List<Tensor> each) {
    int[] shape = each.get(0).shape();
    Tensor all = Tensor.zeros(each.size() * shape[1], shape[2]);
    int size = shape[1] * shape[2];
    for (int n = 0; n < each.size(); n++) {
      System.arraycopy(each.get(n).values(), 0, all.values(), n * size, size);
    }
    return new NamedTensors(Map.of(TOKENS, all));
  }
}
