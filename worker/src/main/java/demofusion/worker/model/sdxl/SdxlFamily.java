package demofusion.worker.model.sdxl;

import demofusion.protocol.model.Precision;
import demofusion.worker.model.AdditionFiles;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.ConfigFile;
import demofusion.worker.model.folder.ModelConsistency;
import demofusion.worker.model.folder.ModelFamily;
import demofusion.worker.model.folder.ModelFolder;
import demofusion.worker.model.folder.TextTowerConfig;
import demofusion.worker.model.folder.UnetConfig;
import demofusion.worker.model.network.NetworkModel;
import demofusion.worker.model.network.TextReading;
import demofusion.worker.model.torch.TorchDevice;
import java.util.List;
import java.util.Set;

/**
 * SDXL: two text towers side by side, of which the second says a pooled vector too; the UNet is
 * told that vector and six numbers of micro-conditioning with the time.
 */
public final class SdxlFamily implements ModelFamily {
  private static final Set<String> PIPELINES =
      Set.of(
          "StableDiffusionXLPipeline",
          "StableDiffusionXLImg2ImgPipeline",
          "StableDiffusionXLInpaintPipeline");

  @Override
  public String title() {
    return "SDXL";
  }

  @Override
  public String pipeline() {
    return "StableDiffusionXLPipeline";
  }

  @Override
  public boolean recognises(String pipelineClass) {
    return PIPELINES.contains(pipelineClass) || pipelineClass.contains("DemoFusion");
  }

  @Override
  public List<TextPart> texts() {
    return List.of(
        new TextPart("text_encoder", "tokenizer", false),
        new TextPart("text_encoder_2", "tokenizer_2", true));
  }

  @Override
  public UnetConfig readUnet(ConfigFile file) {
    if (!file.textOrNone("addition_embed_type").equals("text_time")) {
      throw file.wrong("addition_embed_type", "must be \"text_time\", as in every SDXL model");
    }
    return UnetConfig.read(file, file.side("sample_size", 128));
  }

  @Override
  public boolean mayZeroAbsentNegative() {
    return true;
  }

  /** The UNet must take what the towers say. */
  @Override
  public void requireOneModel(Architecture model) {
    UnetConfig unet = model.unet();
    TextTowerConfig first = model.towers().get(0);
    TextTowerConfig second = model.towers().get(1);
    ModelConsistency.requireEqual(
        "unet/config.json: cross_attention_dim",
        unet.contextWidth(),
        "the sum of both towers' hidden_size",
        first.width() + second.width());
    ModelConsistency.requireEqual(
        "unet/config.json: projection_class_embeddings_input_dim",
        unet.addedWidth(),
        "text_encoder_2's projection_dim plus 6 times addition_time_embed_dim",
        second.projectionWidth() + UnetConfig.TIME_IDS * unet.timeIdsWidth());
  }

  @Override
  public DiffusionModel load(
      ModelFolder folder,
      String device,
      Precision precision,
      AdditionFiles additions,
      MemoryLimit limit) {
    return NetworkModel.load(
        folder, TorchDevice.parse(device), precision, TextReading.PENULTIMATE, additions, limit);
  }
}
