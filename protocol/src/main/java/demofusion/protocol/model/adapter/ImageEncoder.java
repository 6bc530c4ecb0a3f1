package demofusion.protocol.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import demofusion.protocol.work.ImageEncoderShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An image encoder's weights and what only its config.json says of them: heads, picture size and
 * activation, without which it would be computed otherwise, and silently so.
 */
public record ImageEncoder(ImageEncoderFile file, ImageEncoderShape shape) {
  private static final String CONFIG = "config.json";

  /**
   * @param given a folder with config.json and model.safetensors, or a file of weights: beside a
   *     config.json, with one in its header ({@link #writeTo}), or of a published encoder
   * @throws DemofusionException BAD_MODEL, in one sentence, also where nothing says its shape
   */
  public static ImageEncoder open(Path given) {
    ImageEncoderFile file = ImageEncoderFile.open(AdapterPair.weights(given));
    ImageEncoderShape shape = shape(given, file);
    file.require(shape);
    return new ImageEncoder(file, shape);
  }

  private static ImageEncoderShape shape(Path given, ImageEncoderFile file) {
    Path config = Files.isDirectory(given) ? given.resolve(CONFIG) : given.resolveSibling(CONFIG);
    return ImageEncoderConfig.ofHeader(file.file())
        .orElseGet(
            () ->
                Files.isRegularFile(config)
                    ? ImageEncoderConfig.read(config)
                    : ImageEncoderConfig.wellKnown(file).orElseThrow(() -> unknown(given)));
  }

  private static DemofusionException unknown(Path given) {
    return DemofusionException.badModel(
        "the image encoder %s has no config.json beside it: give the whole folder"
            .formatted(given));
  }

  /** Whether the file alone says all of it, so that it may go elsewhere without its folder. */
  public boolean isWhole() {
    return ImageEncoderConfig.ofHeader(file.file())
        .or(() -> ImageEncoderConfig.wellKnown(file))
        .filter(shape::equals)
        .isPresent();
  }

  /** Writes its weights as one file that says in its header what config.json does. */
  public void writeTo(Path target) {
    SafetensorsFile from = file.file();
    Map<String, SafetensorsWriter.Raw> tensors = new LinkedHashMap<>();
    for (String name : file.tensors().keySet()) {
      SafetensorsFile.Entry entry = from.entry(name);
      tensors.put(
          name, new SafetensorsWriter.Raw(entry.dtype(), entry.shape(), () -> from.bytes(name)));
    }
    SafeFile.write(
        target,
        channel -> SafetensorsWriter.copy(channel, tensors, ImageEncoderConfig.header(shape)));
  }
}
