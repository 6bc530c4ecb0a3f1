package demofusion.worker.model.folder;

import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.protocol.GoldenData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The tiny UNets of SDXL's distilled relatives among the golden data, read as any UNet is. */
public final class GoldenFamilies {
  private GoldenFamilies() {}

  /**
   * @param name as the golden data has it
   * @param temp where the configuration may lie as a file
   */
  public static ModelFolder.Part<UnetConfig> unet(String name, Path temp) throws IOException {
    String configurations = Files.readString(GoldenData.path("models/families.json"));
    String json = new JsonMapper().readTree(configurations).get(name).toString();
    Path file = Files.writeString(temp.resolve("config.json"), json);
    UnetConfig config = UnetConfig.read(ConfigFile.read(file, "unet/config.json"), 128);
    List<Path> weights = List.of(GoldenData.path("models/families.safetensors"));
    return new ModelFolder.Part<>(
        name,
        config,
        Weights.open(
            name,
            new WeightFiles("", Optional.empty(), weights),
            UnetLayout.of(config),
            tensor -> tensor.replaceFirst("^" + name + "\\.weights\\.", "")),
        "");
  }
}
