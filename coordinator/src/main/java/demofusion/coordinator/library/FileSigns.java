package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.adapter.AdapterFile;
import demofusion.protocol.model.adapter.ImageEncoderFile;
import demofusion.protocol.model.control.ControlFile;
import demofusion.protocol.model.file.FileKind;
import demofusion.protocol.model.file.FileKinds;
import demofusion.protocol.model.upscaler.UpscalerFile;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.nio.file.Path;

/** What a file is for in a library, by its header. */
public final class FileSigns {
  private static final String WANTED =
      "a checkpoint, LoRA, embedding, VAE, upscaler, ControlNet, IP-Adapter or image encoder";

  private FileSigns() {}

  /**
   * @throws DemofusionException BAD_MODEL, in one sentence, if it is no file or of no kind that can
   *     be used here
   */
  public static LibraryKind kind(Path path) {
    FileKind kind = FileKinds.of(path);
    return switch (kind) {
      case CHECKPOINT -> LibraryKind.CHECKPOINT;
      case LORA -> LibraryKind.LORA;
      case EMBEDDING -> LibraryKind.EMBEDDING;
      case VAE -> LibraryKind.VAE;
      case UPSCALER -> {
        UpscalerFile.open(path); // refuses one that could not be computed with
        yield LibraryKind.UPSCALER;
      }
      case CONTROLNET -> {
        ControlFile.open(path);
        yield LibraryKind.CONTROLNET;
      }
      case IP_ADAPTER -> {
        AdapterFile.open(path);
        yield LibraryKind.IP_ADAPTER;
      }
      case IMAGE_ENCODER -> {
        ImageEncoderFile.open(path);
        yield LibraryKind.IMAGE_ENCODER;
      }
      case UNKNOWN -> throw FileKinds.unknown(path, SafetensorsFile.open(path).entries(), WANTED);
      default -> throw FileKinds.refusal(path, kind, WANTED);
    };
  }
}
