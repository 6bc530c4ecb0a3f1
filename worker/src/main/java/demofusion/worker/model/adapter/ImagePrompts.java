package demofusion.worker.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.adapter.AdapterFile;
import demofusion.protocol.model.adapter.AdapterPair;
import demofusion.protocol.model.adapter.ImageEncoderFile;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.ImagePrompt;
import demofusion.protocol.work.NamedTensors;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.LastUsed;
import demofusion.worker.model.folder.CrossAttentions;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What IP-Adapters do for one UNet (conditioning section 4). Their pictures become tokens once per
 * job, and the tokens keys and values once per worker, which stay on the device while views are
 * drawn with them; encoders and adapters themselves are there only meanwhile, as a UNet needs the
 * room.
 */
public final class ImagePrompts implements AutoCloseable {
  /** The name of the tensor that a {@link WorkResult.EncodedImage} has in either half. */
  static final String TOKENS = "tokens";

  private static final Logger LOG = LoggerFactory.getLogger(ImagePrompts.class);

  /** Both halves of two adapters each, of two jobs at a time. */
  private static final int MOST_KEPT = 8;

  private final AdditionFiles files;
  private final TorchDevice device;
  private final Precision precision;
  private final CrossAttentions places;
  private final int contextWidth;
  private final boolean isSdxl;
  private final LastUsed<Shown, DeviceTensors> shown =
      new LastUsed<>(MOST_KEPT, this::keysAndValues, DeviceTensors::close);

  /**
   * @param files where the networks are that work names
   * @param precision of the UNet
   */
  public ImagePrompts(
      AdditionFiles files, TorchDevice device, Precision precision, UnetConfig unet) {
    this.files = files;
    this.device = device;
    this.precision = precision;
    this.places = CrossAttentions.of(unet);
    this.contextWidth = unet.contextWidth();
    this.isSdxl = unet.addedWidth() > 0;
  }

  /**
   * Refuses an adapter beside a UNet that it was not made for.
   *
   * @throws demofusion.protocol.DemofusionException BAD_MODEL, in one sentence
   */
  public static void requireFit(AdapterFile file, UnetConfig unet) {
    AdapterNetwork.requireFit(file, unet.contextWidth(), CrossAttentions.of(unet));
  }

  /**
   * What an adapter shows one half of guidance, or both.
   *
   * @param tokens the very asset, which lives as long as its job: ids are the same in all jobs
   */
  private record Shown(String adapterHash, Asset.Conditioning tokens, GuidanceHalf half) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Shown shown
          && tokens == shown.tokens
          && half == shown.half
          && adapterHash.equals(shown.adapterHash);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(tokens) + adapterHash.hashCode() + half.hashCode();
    }
  }

  /** What a forward of the UNet is given, which is freed after it. */
  @FunctionalInterface
  public interface Forward<R> {
    /**
     * @param images keys and values of each prompt for each cross-attention, in the order of
     *     computation
     * @param strengths one for each such pair
     */
    R run(DeviceTensors images, double[] strengths);
  }

  /**
   * Makes tokens of pictures: of each by itself, side by side. Those of the other half are as many,
   * of no picture: a plain adapter's of an embedding of zeros, others' of zeros for pixels.
   *
   * @throws DemofusionException BAD_MODEL, in one sentence, if adapter, encoder and UNet do not
   *     belong together
   */
  public WorkResult.EncodedImage encode(Work.EncodeImage work) {
    AdapterFile adapter = AdapterFile.open(files.locate(work.adapterHash()));
    ImageEncoderFile encoder = ImageEncoderFile.open(files.locate(work.encoderHash()));
    AdapterNetwork.requireFit(adapter, contextWidth, places);
    AdapterPair.requireFit(adapter, encoder);
    List<Tensor> pictures = pictures(work.pixels());
    List<Tensor> states;
    Tensor nothing;
    try (ImageTower tower = ImageTower.load(encoder, work.shape(), device, precision)) {
      TorchThread.prepare(work.threads());
      states =
          pictures.stream().map(picture -> tower.read(picture, adapter.shape().kind())).toList();
      nothing =
          adapter.shape().kind().readsEmbedding()
              ? Tensor.zeros(states.get(0).shape())
              : tower.read(Tensor.zeros(pictures.get(0).shape()), adapter.shape().kind());
    }
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
    }
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

  /**
   * Runs a forward with what its prompts show it.
   *
   * @param half both: the unconditional row, then the text's
   */
  public <R> R with(
      List<ImagePrompt> prompts, JobAssets assets, GuidanceHalf half, Forward<R> forward) {
    if (prompts.isEmpty()) {
      return forward.run(DeviceTensors.NONE, new double[0]);
    }
    return with(prompts, assets, half, new ArrayList<>(), forward);
  }

  private <R> R with(
      List<ImagePrompt> prompts,
      JobAssets assets,
      GuidanceHalf half,
      List<DeviceTensors> before,
      Forward<R> forward) {
    if (before.size() == prompts.size()) {
      return forward.run(DeviceTensors.joined(before), strengths(prompts));
    }
    ImagePrompt prompt = prompts.get(before.size());
    Asset.Conditioning tokens = assets.get(Asset.Conditioning.class, prompt.tokens());
    Function<DeviceTensors, R> next =
        mine -> {
          before.add(mine);
          return with(prompts, assets, half, before, forward);
        };
    Shown key = new Shown(prompt.adapterHash(), tokens, half);
    return shown.with(key, next);
  }

  private DeviceTensors keysAndValues(Shown key) {
    AdapterFile adapter = AdapterFile.open(files.locate(key.adapterHash()));
    AdapterNetwork.requireFit(adapter, contextWidth, places);
    try (AdapterNetwork network = AdapterNetwork.layers(adapter, places, device, precision)) {
      TorchThread.prepare(1); // so that its bits depend on no setting
      return network.keysAndValues(rows(key.tokens(), key.half()));
    }
  }

  /** (rows, tokens, width): the unconditional row, the text's, or both. */
  private static Tensor rows(Asset.Conditioning asset, GuidanceHalf half) {
    List<Tensor> rows = new ArrayList<>();
    if (half != GuidanceHalf.TEXT) {
      NamedTensors negative = asset.negative();
      if (negative == null) {
        throw new DemofusionException(
            FailureCode.MISSING_ASSET, "the IP-Adapter's tokens of no picture were not sent");
      }
      rows.add(negative.get(TOKENS));
    }
    if (half != GuidanceHalf.UNCONDITIONAL) {
      rows.add(asset.positive().get(TOKENS));
    }
    int[] shape = rows.get(0).shape();
    Tensor all = Tensor.zeros(rows.size(), shape[0], shape[1]);
    for (int n = 0; n < rows.size(); n++) {
      float[] values = rows.get(n).values();
      System.arraycopy(values, 0, all.values(), n * values.length, values.length);
    }
    return all;
  }

  /** One for each prompt and each cross-attention. */
  private double[] strengths(List<ImagePrompt> prompts) {
    double[] strengths = new double[prompts.size() * places.size()];
    for (int n = 0; n < prompts.size(); n++) {
      ImagePrompt prompt = prompts.get(n);
      PromptedBlocks blocks = PromptedBlocks.of(prompt.blocks(), isSdxl);
      for (int place = 0; place < places.size(); place++) {
        String transformer = places.inOrder().get(place).transformer();
        strengths[n * places.size() + place] = blocks.has(transformer) ? prompt.scale() : 0;
      }
    }
    return strengths;
  }

  @Override
  public void close() {
    shown.close();
  }
}
