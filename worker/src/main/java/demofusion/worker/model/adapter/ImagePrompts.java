package demofusion.worker.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.adapter.AdapterFile;
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
import demofusion.worker.model.memory.DeviceRoom;
import demofusion.worker.model.memory.SecondAttempt;
import demofusion.worker.model.torch.DeviceTensors;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What IP-Adapters do for one UNet (conditioning section 4). Their pictures become tokens once per
 * job, and the tokens keys and values once per worker, which stay on the device while views are
 * drawn with them; encoders and adapters themselves are there only meanwhile, as a UNet needs the
 * room.
 */
public final class ImagePrompts implements AutoCloseable {
  /** Both halves of two adapters each, of two jobs at a time. */
  private static final int MOST_KEPT = 8;

  private final AdditionFiles files;
  private final TorchDevice device;
  private final Precision precision;
  private final CrossAttentions places;
  private final int contextWidth;
  private final boolean isSdxl;
  private final DeviceRoom room;
  private final LastUsed<Shown, KeysAndValues> shown =
      new LastUsed<>(MOST_KEPT, this::keysAndValues, KeysAndValues::close);

  /**
   * @param files where the networks are that work names
   * @param unet of the model that they are shown to
   * @param precision of that UNet
   */
  public ImagePrompts(
      AdditionFiles files,
      UnetConfig unet,
      TorchDevice device,
      Precision precision,
      DeviceRoom room) {
    this.files = files;
    this.device = device;
    this.precision = precision;
    this.places = CrossAttentions.of(unet);
    this.contextWidth = unet.contextWidth();
    this.isSdxl = unet.addedWidth() > 0;
    this.room = room;
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
   * @param tokens the very asset, whatever its id: it lives as long as its job
   */
  private record Shown(String adapterHash, Asset.Conditioning tokens, GuidanceHalf half) {
    @Override
    @SuppressWarnings("ReferenceEquality") // megabytes, which are not compared value by value
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

  /** On the device. */
  private record KeysAndValues(DeviceTensors tensors, Runnable leaveRoom) {
    void close() {
      tensors.close();
      leaveRoom.run();
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
   * Makes tokens of pictures.
   *
   * @throws DemofusionException BAD_MODEL, in one sentence, if adapter, encoder and UNet do not
   *     belong together, OUT_OF_MEMORY if there is no room for the encoder
   */
  public WorkResult.EncodedImage encode(Work.EncodeImage work) {
    AdapterFile adapter = adapter(work.adapterHash());
    ImageEncoderFile encoder = ImageEncoderFile.open(files.locate(work.encoderHash()));
    return new ImageTokens(adapter, encoder, device, precision, this::takeRoom).of(work);
  }

  private AdapterFile adapter(String hash) {
    AdapterFile adapter = AdapterFile.open(files.locate(hash));
    AdapterNetwork.requireFit(adapter, contextWidth, places);
    return adapter;
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
    Function<KeysAndValues, R> next =
        mine -> {
          before.add(mine.tensors());
          return with(prompts, assets, half, before, forward);
        };
    Shown key = new Shown(prompt.adapterHash(), tokens, half);
    return shown.with(key, next);
  }

  private KeysAndValues keysAndValues(Shown key) {
    AdapterFile adapter = adapter(key.adapterHash());
    Tensor rows = rows(key.tokens(), key.half());
    int tokens = rows.shape()[0] * rows.shape()[1];
    long width = adapter.shape().layerWidths().stream().mapToLong(Integer::longValue).sum();
    Runnable leaveRoom = makeRoom(2 * width * tokens * precision.bytes());
    try {
      Runnable leaveMatrices = makeRoom(2 * width * contextWidth * precision.bytes());
      try (AdapterNetwork network = AdapterNetwork.layers(adapter, places, device, precision)) {
        return new KeysAndValues(
            TorchThread.during(1, () -> network.keysAndValues(rows)), // by no setting
            leaveRoom);
      } finally {
        leaveMatrices.run();
      }
    } catch (RuntimeException | Error e) {
      leaveRoom.run();
      throw e;
    }
  }

  /** What nobody computes with goes, where there is none beside it. */
  private Runnable makeRoom(long bytes) {
    return takeRoom("an IP-Adapter", bytes);
  }

  private Runnable takeRoom(String what, long bytes) {
    return SecondAttempt.of(() -> room.take(what, bytes), shown::closeUnused);
  }

  /** (rows, tokens, width): the unconditional row, the text's, or both. */
  private Tensor rows(Asset.Conditioning asset, GuidanceHalf half) {
    List<Tensor> rows = new ArrayList<>();
    if (half != GuidanceHalf.TEXT) {
      NamedTensors negative = asset.negative();
      if (negative == null) {
        throw new DemofusionException(
            FailureCode.MISSING_ASSET, "the IP-Adapter's tokens of no picture were not sent");
      }
      rows.add(negative.get(ImageTokens.TOKENS));
    }
    if (half != GuidanceHalf.UNCONDITIONAL) {
      rows.add(asset.positive().get(ImageTokens.TOKENS));
    }
    rows.forEach(row -> requireTokens(row, rows.get(0)));
    int[] shape = rows.get(0).shape();
    Tensor all = Tensor.zeros(rows.size(), shape[0], shape[1]);
    for (int n = 0; n < rows.size(); n++) {
      float[] values = rows.get(n).values();
      System.arraycopy(values, 0, all.values(), n * values.length, values.length);
    }
    return all;
  }

  private void requireTokens(Tensor row, Tensor first) {
    int[] shape = row.shape();
    if (shape.length != 2 || shape[1] != contextWidth || !Arrays.equals(shape, first.shape())) {
      throw DemofusionException.badRequest(
          "an IP-Adapter has tokens of %s beside those of %s; they must be %s wide, and as many"
              .formatted(row, first, contextWidth));
    }
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

  /** Gives the device's room back that nobody computes with. */
  public boolean leave() {
    return shown.closeUnused();
  }

  @Override
  public void close() {
    shown.close();
  }
}
