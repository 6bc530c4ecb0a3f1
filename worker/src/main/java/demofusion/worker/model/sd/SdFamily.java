package demofusion.worker.model.sd;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.ConfigFile;
import demofusion.worker.model.folder.ModelConsistency;
import demofusion.worker.model.folder.ModelFamily;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.folder.VaeConfig;
import demofusion.worker.model.network.NetworkModel;
import demofusion.worker.model.network.TextReading;
import demofusion.worker.model.torch.TorchDevice;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Stable Diffusion 1 and 2: one text tower, whose last states the UNet attends to, and nothing else
 * that it is told with the time. An absent negative prompt is the empty one, and the VAE does not
 * overflow in half precision, whatever its configuration says.
 */
public final class SdFamily implements ModelFamily {
  private static final Set<String> PIPELINES =
      Set.of(
          "StableDiffusionPipeline",
          "StableDiffusionImg2ImgPipeline",
          "StableDiffusionInpaintPipeline",
          "LatentConsistencyModelPipeline",
          "LatentConsistencyModelImg2ImgPipeline");

  /** S of SD 1 and of SD 2.1-base. */
  private static final int USUAL_SIDE = 64;

  /** Before 0.9 diffusers wrote 32, which LDM's training files say, and still reads it as 64. */
  private static final Pattern OLD_WRITER = Pattern.compile("0\\.[0-8]\\..*");

  @Override
  public String title() {
    return "SD";
  }

  @Override
  public String pipeline() {
    return "StableDiffusionPipeline";
  }

  @Override
  public boolean recognises(String pipelineClass) {
    return PIPELINES.contains(pipelineClass);
  }

  @Override
  public List<TextPart> texts() {
    return List.of(new TextPart("text_encoder", "tokenizer", false));
  }

  @Override
  public UnetConfig readUnet(ConfigFile file) {
    if (!file.textOrNone("addition_embed_type").isEmpty()) {
      throw file.wrong(
          "addition_embed_type", "must be null in SD 1 and 2: model_index.json is another model's");
    }
    int side = file.side("sample_size", USUAL_SIDE);
    boolean isOld = OLD_WRITER.matcher(file.textOrNone("_diffusers_version")).matches();
    return UnetConfig.read(file, isOld ? Math.max(side, USUAL_SIDE) : side);
  }

  @Override
  public VaeConfig readVae(ConfigFile file) {
    return VaeConfig.read(file).withoutUpcast();
  }

  @Override
  public boolean mayZeroAbsentNegative() {
    return false;
  }

  /** The UNet must take what the tower says. */
  @Override
  public void requireOneModel(Architecture model) {
    ModelConsistency.requireEqual(
        "unet/config.json: cross_attention_dim",
        model.unet().contextWidth(),
        "text_encoder's hidden_size",
        model.towers().get(0).width());
  }

  @Override
  public DiffusionModel load(
      ModelFolder folder,
      String device,
      Precision precision,
      AdditionFiles additions,
      MemoryLimit limit) {
    return NetworkModel.load(
        folder, TorchDevice.parse(device), precision, TextReading.LAST, additions, limit);
  }
}
