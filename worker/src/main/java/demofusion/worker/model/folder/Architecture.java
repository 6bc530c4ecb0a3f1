package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.SchedulerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model's configurations without its weights: enough to plan pictures with it and to reckon what
 * they take. A few kilobytes in place of gigabytes.
 */
public record Architecture(
    String name,
    TextTowerConfig firstTower,
    TextTowerConfig secondTower,
    UnetConfig unet,
    VaeConfig vae,
    SchedulerConfig scheduler) {
  /**
   * Reads the configurations of a model folder, whether its weights are there or not.
   *
   * @param vae another VAE's folder in place of the model's own
   * @throws DemofusionException BAD_MODEL with one sentence that names the file and the key
   */
  public static Architecture read(Path folder, Optional<Path> vae) {
    PartReader reader = new PartReader(folder, Optional.empty());
    UnetConfig unet = reader.describe("unet", folder.resolve("unet"), UnetConfig::read).config();
    VaeConfig picture =
        reader
            .describe(
                "vae",
                vae.map(ModelFolder::vaeFolder).orElse(folder.resolve("vae")),
                VaeConfig::read)
            .config();
    TextTowerConfig first = tower(reader, folder, "text_encoder", false);
    TextTowerConfig second = tower(reader, folder, "text_encoder_2", true);
    PartsFit.requireOneModel(first, second, unet, picture);
    return new Architecture(
        folder.toAbsolutePath().normalize().getFileName().toString(),
        first,
        second,
        unet,
        picture,
        reader.scheduler());
  }

  private static TextTowerConfig tower(
      PartReader reader, Path folder, String part, boolean projected) {
    return reader
        .describe(part, folder.resolve(part), file -> TextTowerConfig.read(file, projected))
        .config();
  }

  public ModelGeometry geometry() {
    return new ModelGeometry(unet.sampleSize(), unet.latentChannels(), vae.scaleFactor());
  }

  /** Weights of all networks but the VAE. */
  public long parametersWithoutVae() {
    return UnetLayout.of(unet).parameters()
        + towers().stream().mapToLong(tower -> TextTowerLayout.of(tower).parameters()).sum();
  }

  public long vaeParameters() {
    return VaeLayout.of(vae).parameters();
  }

  /** Floating-point operations of one prompt. */
  public double textFlop() {
    return towers().stream().mapToDouble(TextTowerCost::flop).sum();
  }

  private List<TextTowerConfig> towers() {
    return List.of(firstTower, secondTower);
  }
}
