package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.method.FastSettings;
import demofusion.protocol.api.request.method.MethodSettings;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;
import demofusion.protocol.model.ModelInputs;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks up what a request names beside its model, when it is accepted: LoRAs of its own and of its
 * prompt, in this order, the one of fast mode, the embeddings whose words are in its prompts, its
 * upscaler, and its ControlNets and IP-Adapters with their image encoders. Work then names all of
 * them by their contents.
 */
public final class NamedFiles {
  private static final int NAMED = 5;

  private NamedFiles() {}

  /**
   * The request with its files found. One that was accepted before keeps its files, as long as they
   * are there.
   *
   * @throws DemofusionException BAD_REQUEST if there is no such LoRA, NOT_FOUND if there is none
   *     any more
   */
  public static RenderSpec find(RenderSpec spec, ModelLibrary library) {
    Additions asked = spec.additions();
    List<LoraUse> loras = asked.loras();
    if (!loras.isEmpty() && asked.isResolved()) {
      loras.forEach(use -> library.path(use.hash()));
    } else {
      loras =
          Stream.concat(loras.stream(), spec.lorasOfPrompt().stream())
              .map(use -> found(use, "--lora", library))
              .toList();
    }
    RenderSpec found =
        spec.toBuilder()
            .additions(new Additions(loras, NamedEmbeddings.find(spec.allPrompts(), library)))
            .methodSettings(withFastLora(spec.methodSettings(), library))
            .build();
    return requireFew(NamedNetworks.find(NamedUpscaler.find(found, library), library));
  }

  private static MethodSettings withFastLora(MethodSettings settings, ModelLibrary library) {
    FastSettings fast = settings.fast();
    LoraUse use = fast.lora();
    if (use == null) {
      return settings;
    }
    if (use.isResolved()) {
      library.path(use.hash());
      return settings;
    }
    return settings.withFast(fast.withLora(found(use, "--fast-lora", library)));
  }

  /** Refuses more LoRAs than one set of weights may be made of, before work names them. */
  private static RenderSpec requireFew(RenderSpec spec) {
    spec.refiningAdditions();
    return spec;
  }

  /**
   * The request of a job that goes on from another one's phases: with the very files that those
   * were drawn with.
   *
   * @throws DemofusionException NOT_FOUND if one of them is not there any more
   */
  public static RenderSpec keep(RenderSpec spec, ModelLibrary library) {
    spec.refiningAdditions().loras().forEach(use -> library.path(use.hash()));
    spec.additions().embeddings().forEach(use -> library.path(use.hash()));
    return NamedNetworks.find(NamedUpscaler.find(spec, library), library);
  }

  /**
   * The same for whoever did not choose the library's embeddings: those that are made for models
   * with another number of text encoders are words like others.
   *
   * @throws DemofusionException BAD_REQUEST if one is made for models of another width
   */
  public static RenderSpec find(RenderSpec spec, ModelLibrary library, ModelInputs model) {
    RenderSpec found = find(spec, library);
    List<EmbeddingUse> fitting =
        NamedEmbeddings.fitting(found.additions().embeddings(), library, model);
    return found.toBuilder().additions(new Additions(found.additions().loras(), fitting)).build();
  }

  /**
   * @param option of the command line that takes a file
   */
  private static LoraUse found(LoraUse use, String option, ModelLibrary library) {
    LibraryFile file =
        library
            .find(LibraryKind.LORA, use.name())
            .orElseThrow(() -> unknown(use.name(), option, library.names(LibraryKind.LORA)));
    return new LoraUse(use.name(), file.hash(), use.weight(), use.textWeight(), file.shortHash());
  }

  private static DemofusionException unknown(String name, String option, List<String> there) {
    return DemofusionException.badRequest(
        "there is no LoRA \"%s\" (%s): give a file with %s, a folder with --lora-folder, or on a"
                .formatted(name, some(there), option)
            + " farm demofusion models add");
  }

  /** Which names there are, in words. */
  static String some(List<String> there) {
    return there.isEmpty()
        ? "there are none"
        : "there are "
            + there.stream().limit(NAMED).collect(Collectors.joining(", "))
            + (there.size() > NAMED ? " and %s more".formatted(there.size() - NAMED) : "");
  }
}
