package demofusion.protocol;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The tiny models as inpainting models: their UNets see nine channels. */
public final class NineChannels {
  private NineChannels() {}

  /**
   * Writes such a folder.
   *
   * @param base sdxl or sd15
   * @param folder that does not exist
   */
  public static Path write(String base, Path folder) {
    boolean isSdxl = base.equals("sdxl");
    Path tiny = isSdxl ? GoldenData.tinySdxl() : GoldenData.path("models/tiny-" + base);
    try {
      copy(tiny, folder);
      set(
          folder.resolve("model_index.json"),
          "_class_name",
          isSdxl ? "StableDiffusionXLInpaintPipeline" : "StableDiffusionInpaintPipeline");
      Path unet = folder.resolve("unet");
      set(unet.resolve("config.json"), "in_channels", 9);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Path file : weights(unet)) {
        SafetensorsFile part = SafetensorsFile.open(file);
        part.names().forEach(name -> tensors.put(name, part.tensor(name)));
      }
      SafetensorsFile nine = GoldenData.tensors("conditioning/inpaint/" + base + "-9.safetensors");
      tensors.put("conv_in.weight", nine.tensor("conv_in.weight"));
      for (Path file : weights(unet)) {
        Files.delete(file);
      }
      Files.deleteIfExists(unet.resolve("diffusion_pytorch_model.safetensors.index.json"));
      SafetensorsFixture.write(
          unet.resolve("diffusion_pytorch_model.safetensors"), tensors, Map.of());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.walk(from)) {
      for (Path entry : entries.toList()) {
        Path copy = to.resolve(from.relativize(entry).toString());
        if (Files.isDirectory(entry)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(entry, copy);
        }
      }
    }
  }

  private static void set(Path file, String key, Object value) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = (ObjectNode) json.readTree(file.toFile());
    root.set(key, json.valueToTree(value));
    Files.write(file, json.writeValueAsBytes(root));
  }

  private static List<Path> weights(Path unet) throws IOException {
    try (Stream<Path> files = Files.list(unet)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }
}
