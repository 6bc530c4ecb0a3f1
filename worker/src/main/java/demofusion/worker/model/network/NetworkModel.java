package demofusion.worker.model.network;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.TileRows;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.LoraStatistics;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.adapter.ImagePrompts;
import demofusion.worker.model.control.ControlResiduals;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.memory.DeviceLedger;
import demofusion.worker.model.torch.LibtorchContext;
import demofusion.worker.model.torch.TorchDevice;
import demofusion.worker.model.torch.TorchThread;
import demofusion.worker.nvml.Gpu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A model folder of any family on one device: text towers, UNet and VAE in libtorch. What crosses
 * back from the device are results only; guidance, casts and statistics stay there.
 */
public final class NetworkModel implements DiffusionModel {
  private final ModelCard card;
  private final TorchDevice device;
  private final PromptEncoder prompts;
  private final NoiseNetwork unet;
  private final LoraNetworks loras;
  private final VaeNetwork vae;
  private final LatentScale scale;
  private final Upscalers upscalers;
  private final ForwardExtras extras;
  private final ModelMemory modelMemory;

  private NetworkModel(
      ModelCard card,
      TorchDevice device,
      Networks networks,
      LoraNetworks loras,
      LatentScale scale,
      Upscalers upscalers,
      ForwardExtras extras,
      ModelMemory modelMemory) {
    this.card = card;
    this.device = device;
    this.prompts = networks.prompts();
    this.unet = networks.unet();
    this.loras = loras;
    this.vae = networks.vae();
    this.scale = scale;
    this.upscalers = upscalers;
    this.extras = extras;
    this.modelMemory = modelMemory;
  }

  /**
   * Puts a folder's weights on a device.
   *
   * @param precision of text towers and UNet; the VAE is in float32 where the folder says that half
   *     precision overflows in it
   * @param reading which of the towers' states the family's UNets attend to
   * @param additions where the files are that work names
   * @param limit of the device's memory
   */
  public static NetworkModel load(
      ModelFolder folder,
      TorchDevice device,
      Precision precision,
      TextReading reading,
      AdditionFiles additions,
      MemoryLimit limit) {
    LibtorchContext.ready(device, precision);
    ModelMemory modelMemory = ModelMemory.of(folder, device, precision, limit);
    NetworkPlacements placements = modelMemory.placements();
    CompletableFuture<String> hash = CompletableFuture.supplyAsync(folder::hash);
    CompletableFuture<Optional<String>> fileHash = CompletableFuture.supplyAsync(folder::fileHash);
    Networks networks = Networks.load(folder, device, precision, reading, additions, placements);
    try {
      modelMemory.place(networks);
      return around(
          networks,
          card(folder, device, precision, hash.join(), fileHash.join().orElse(null)),
          folder,
          device,
          additions,
          modelMemory);
    } catch (RuntimeException | Error e) {
      networks.close();
      throw e;
    }
  }

  private static ModelCard card(
      ModelFolder folder,
      TorchDevice device,
      Precision precision,
      String hash,
      @Nullable String fileHash) {
    return new ModelCard(
        folder.name(),
        hash,
        folder.geometry(),
        scheduler(folder),
        precision,
        device.toString(),
        folder.settings(),
        fileHash,
        device.hardware());
  }

  /** What is put beside the folder's networks when work wants it. */
  private static NetworkModel around(
      Networks networks,
      ModelCard card,
      ModelFolder folder,
      TorchDevice device,
      AdditionFiles additions,
      ModelMemory modelMemory) {
    Precision precision = card.precision();
    UnetConfig unet = folder.unet().config();
    LoraNetworks loras =
        new LoraNetworks(
            folder,
            additions,
            networks.unet(),
            networks.prompts(),
            precision,
            device::memory,
            modelMemory);
    ControlResiduals controls =
        new ControlResiduals(
            additions,
            unet,
            device,
            precision,
            modelMemory.placements().mostQueries(),
            modelMemory::room);
    ImagePrompts images = new ImagePrompts(additions, unet, device, precision, modelMemory::room);
    TextProjections texts = new TextProjections(!modelMemory.isLimited());
    ForwardExtras extras = new ForwardExtras(texts, controls, images, modelMemory::makeRoom);
    modelMemory.onlyForForwards(extras::leave);
    return new NetworkModel(
        card,
        device,
        networks,
        loras,
        LatentScale.of(folder.vae().config()),
        new Upscalers(additions, device),
        extras,
        modelMemory);
  }

  /** With the family, where it is not the one that spacings take for granted. */
  private static SchedulerConfig scheduler(ModelFolder folder) {
    String family = folder.family().title();
    return family.equals("SDXL")
        ? folder.scheduler()
        : folder.scheduler().with(SchedulerConfig.FAMILY, family);
  }

  @Override
  public ModelCard card() {
    return card;
  }

  @Override
  public int lanes(int threads) {
    return device.isGpu() || modelMemory.isLimited()
        ? 1
        : Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
  }

  @Override
  public WorkResult.EncodedText encodeText(Work.EncodeText work) {
    return modelMemory.reading(
        () ->
            loras.withTowers(
                work.additions(),
                towers -> {
                  towers.come();
                  TorchThread.prepare(work.threads());
                  return loras.beside(() -> towers.encode(work));
                }));
  }

  @Override
  public WorkResult.EncodedPicture encodePicture(Work.EncodePicture work) {
    int[] shape = work.pixels().shape();
    int factor = card.geometry().vaeScaleFactor();
    List<Tensor> gaussian =
        modelMemory.picturing(
            shape[1] / factor,
            shape[2] / factor,
            () -> {
              TorchThread.prepare(work.threads());
              return loras.beside(() -> vae.encode(withBatch(work.pixels())));
            });
    return new WorkResult.EncodedPicture(
        withoutBatch(scale.meanFromVae(gaussian.get(0))),
        withoutBatch(scale.deviationFromVae(gaussian.get(1))));
  }

  @Override
  public WorkResult.EncodedImage encodeImage(Work.EncodeImage work) {
    return modelMemory.beside(() -> loras.beside(() -> extras.encode(work)));
  }

  /**
   * The UNet takes one context for all views: where they differ, each run of equals is a forward.
   */
  @Override
  public WorkResult.NoisePrediction predictNoise(Work.PredictNoise work, JobAssets assets) {
    return modelMemory.predicting(
        samples(work),
        work.tiles().shape(),
        () ->
            loras.withUnet(
                work.additions(),
                network -> {
                  network.come();
                  return loras.beside(() -> predictNoise(work, assets, network));
                }));
  }

  /** Both halves of guidance are one batch, except where the UNet is told the guidance. */
  private int samples(Work.PredictNoise work) {
    return isGuided(work) && !work.rows().isShared() ? 2 * work.views() : work.views();
  }

  /** Whether both halves are wanted of a UNet that has two. */
  private boolean isGuided(Work.PredictNoise work) {
    return work.half() == GuidanceHalf.BOTH && work.guidance().isActive() && !unet.isToldGuidance();
  }

  private WorkResult.NoisePrediction predictNoise(
      Work.PredictNoise work, JobAssets assets, NoiseNetwork unet) {
    TorchThread.prepare(work.threads());
    return new WorkResult.NoisePrediction(
        isGuided(work) && work.rows().isShared()
            ? new SharedHalf(work, assets).run(half -> forwards(half, assets, unet))
            : forwards(work, assets, unet));
  }

  private Tensor forwards(Work.PredictNoise work, JobAssets assets, NoiseNetwork unet) {
    List<Tensor> parts = new ArrayList<>();
    int views = work.views();
    for (int from = 0, to; from < views; from = to) {
      AssetId id = work.conditioning().get(from);
      to = from + 1;
      while (to < views && work.conditioning().get(to).equals(id)) {
        to++;
      }
      Work.PredictNoise run = to - from == views ? work : work.views(from, to);
      Asset.Conditioning conditioning = assets.get(Asset.Conditioning.class, id);
      parts.add(new UnetForward(TileRows.spread(run), conditioning, assets, unet, extras).run());
    }
    return parts.size() == 1 ? parts.get(0) : concatenate(views, parts);
  }

  private static Tensor concatenate(int views, List<Tensor> parts) {
    int[] shape = parts.get(0).shape().clone();
    shape[0] = views;
    Tensor whole = Tensor.zeros(shape);
    int at = 0;
    for (Tensor part : parts) {
      System.arraycopy(part.values(), 0, whole.values(), at, part.values().length);
      at += part.values().length;
    }
    return whole;
  }

  @Override
  public WorkResult.SurveyedLatent survey(Work.SurveyLatent work) {
    return modelMemory.picturing(
        0,
        0,
        () -> {
          TorchThread.prepare(work.threads());
          return new WorkResult.SurveyedLatent(
              loras.beside(() -> vae.survey(scale.toVae(work.crops()), work.margin())));
        });
  }

  @Override
  public WorkResult.DecodedPixels decode(
      Work.DecodeLatent work, Asset.@Nullable DecoderSurvey survey) {
    Tensor latent = scale.toVae(withBatch(work.latent()));
    int[] shape = work.latent().shape();
    Tensor pixels =
        modelMemory.picturing(
            shape[1],
            shape[2],
            () -> {
              TorchThread.prepare(work.threads());
              return loras.beside(
                  () ->
                      survey == null
                          ? vae.decode(latent)
                          : vae.decodeTile(latent, survey.layers()));
            });
    float[] values = pixels.values();
    for (int n = 0; n < values.length; n++) {
      values[n] = Math.min(1, Math.max(0, (values[n] + 1) / 2));
    }
    return new WorkResult.DecodedPixels(withoutBatch(pixels));
  }

  @Override
  public WorkResult.UpscaledPixels upscale(Work.UpscalePicture work) {
    return modelMemory.beside(() -> loras.beside(() -> upscalers.upscale(work)));
  }

  static Tensor withBatch(Tensor tensor) {
    int[] shape = new int[tensor.shape().length + 1];
    shape[0] = 1;
    System.arraycopy(tensor.shape(), 0, shape, 1, shape.length - 1);
    return new Tensor(shape, tensor.values());
  }

  private static Tensor withoutBatch(Tensor tensor) {
    int[] shape = Arrays.copyOfRange(tensor.shape(), 1, tensor.shape().length);
    return new Tensor(shape, tensor.values());
  }

  @Override
  public Optional<DeviceMemory> memory() {
    return device.memory();
  }

  @Override
  public Optional<String> memoryNote() {
    return modelMemory.note();
  }

  /** What is on the device, as it is reckoned; empty where everything is, always. */
  Optional<DeviceLedger> ledger() {
    return modelMemory.ledger();
  }

  @Override
  public Optional<Gpu> gpu() {
    return device.gpu();
  }

  @Override
  public LoraStatistics loras() {
    return loras.statistics();
  }

  @Override
  public void letGo(Collection<AssetId> assets) {
    extras.letGo(assets);
  }

  @Override
  public void close() {
    loras.close();
    prompts.close();
    unet.close();
    vae.close();
    upscalers.close();
    extras.close();
    modelMemory.close();
    device.emptyCache(); // other programs' from here on
  }
}
