package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.SchedulerConfig;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;

/**
 * A model's configurations without its weights: enough to plan pictures with it and to reckon what
 * they take. A few kilobytes in place of gigabytes.
 *
 * @param towers the text towers, in the order of the family's
 */
public record Architecture(
    String name,
    List<TextTowerConfig> towers,
    UnetConfig unet,
    VaeConfig vae,
    SchedulerConfig scheduler) {
  public Architecture {
    towers = List.copyOf(towers);
  }

  /**
   * Reads the configurations of a model folder, whether its weights are there or not, or of a
   * single file.
   *
   * @throws DemofusionException BAD_MODEL with one sentence that names the file and the key
   */
  public static Architecture read(ModelSource source) {
    ModelParts parts = ModelParts.of(source);
    ModelFamily family = PipelineIndex.familyOf(parts.files());
    PartReader reader = new PartReader(source, parts);
    UnetConfig unet = reader.describeUnet(family::readUnet).config();
    VaeConfig picture = reader.describeVae(family::readVae).config();
    List<TextTowerConfig> towers = new ArrayList<>();
    for (ModelFamily.TextPart text : family.texts()) {
      towers.add(reader.describe(text).config());
    }
    Architecture model = new Architecture(parts.name(), towers, unet, picture, reader.scheduler());
    ModelConsistency.requireOneModel(model, family);
    return model;
  }

  public ModelGeometry geometry() {
    return new ModelGeometry(unet.sampleSize(), unet.latentChannels(), vae.scaleFactor(), inputs());
  }

  /** Clip skip leaves each tower its first layer, and the longest of them two. */
  private ModelInputs inputs() {
    IntSummaryStatistics layers =
        towers.stream().mapToInt(TextTowerConfig::layers).summaryStatistics();
    int mostClipSkip = Math.max(1, Math.min(layers.getMin(), layers.getMax() - 1));
    return new ModelInputs(
        towers.size(),
        mostClipSkip,
        unet.timeIdsWidth() > 0,
        unet.seesMask(),
        unet.guidanceWidth() > 0,
        unet.shape());
  }

  /** The tensors of each tower, in their order. */
  public List<Layout> towerLayouts() {
    return towers.stream().map(TextTowerLayout::of).toList();
  }

  /** The tensors of the UNet. */
  public Layout unetLayout() {
    return UnetLayout.of(unet);
  }

  /** The tensors of the VAE. */
  public Layout vaeLayout() {
    return VaeLayout.of(vae);
  }

  /** Weights of all networks but the VAE. */
  public long parametersWithoutVae() {
    return unetLayout().parameters() + textParameters();
  }

  /** Of all text towers. */
  public long textParameters() {
    return towerLayouts().stream().mapToLong(Layout::parameters).sum();
  }

  public long vaeParameters() {
    return vaeLayout().parameters();
  }

  /** Floating-point operations of one prompt. */
  public double textFlop() {
    return towers.stream().mapToDouble(TextTowerConfig::flop).sum();
  }
}
