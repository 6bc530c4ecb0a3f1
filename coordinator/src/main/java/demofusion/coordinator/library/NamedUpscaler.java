package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.UpscalerUse;
import demofusion.protocol.model.upscaler.UpscalerFile;
import java.nio.file.Path;
import java.util.List;

/** Looks up the upscaler that a request names, as {@link NamedFiles} does LoRAs. */
final class NamedUpscaler {
  private NamedUpscaler() {}

  /**
   * @throws DemofusionException BAD_REQUEST if there is no such file, NOT_FOUND if there is none
   *     any more, BAD_MODEL if it is no upscaler
   */
  static RenderSpec find(RenderSpec spec, ModelLibrary library) {
    UpscalerUse asked = spec.methodSettings().upscaler();
    if (asked == null) {
      return spec;
    }
    if (asked.isResolved()) {
      UpscalerFile.open(library.path(asked.hash()));
      return spec;
    }
    LibraryFile file =
        library
            .find(LibraryKind.UPSCALER, asked.name())
            .orElseThrow(() -> unknown(asked.name(), library.names(LibraryKind.UPSCALER)));
    UpscalerUse found = new UpscalerUse(asked.name(), file.hash(), scale(file.path()));
    return spec.toBuilder().methodSettings(spec.methodSettings().withUpscaler(found)).build();
  }

  private static int scale(Path file) {
    return UpscalerFile.open(file).scale();
  }

  private static DemofusionException unknown(String name, List<String> there) {
    return DemofusionException.badRequest(
        ("there is no upscaler \"%s\" (%s): give a file with --upscaler, a folder with"
                + " --upscaler-folder, or on a farm demofusion models add")
            .formatted(name, NamedFiles.some(there)));
  }
}
