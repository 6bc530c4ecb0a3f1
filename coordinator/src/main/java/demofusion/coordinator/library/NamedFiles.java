package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.Additions;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.LoraUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks up what a request names beside its model, when it is accepted: LoRAs of its own and of its
 * prompt, in this order, and the embeddings whose words are in its prompts. Work then names all of
 * them by their contents.
 */
public final class NamedFiles {
  private static final int NAMED = 5;

  private NamedFiles() {}

  /**
   * The request with its files found. One that was accepted before keeps its files, as long as they
   * are there.
   *
   * @throws DemofusionException BAD_REQUEST if there is no such LoRA, NOT_FOUND if there is none any
   *     more
   */
  public static RenderSpec find(RenderSpec spec, ModelLibrary library) {
    Additions asked = spec.additions();
    List<LoraUse> loras = asked.loras();
    if (!loras.isEmpty() && asked.isResolved()) {
      loras.forEach(use -> library.path(use.hash()));
    } else {
      loras =
          Stream.concat(loras.stream(), spec.lorasOfPrompt().stream())
              .map(use -> found(use, library))
              .toList();
    }
    return spec.toBuilder()
        .additions(new Additions(loras, embeddings(spec.prompts(), library)))
        .build();
  }

  private static LoraUse found(LoraUse use, ModelLibrary library) {
    LibraryFile file =
        library
            .find(LibraryKind.LORA, use.name())
            .orElseThrow(() -> unknown(use.name(), library.names(LibraryKind.LORA)));
    return new LoraUse(
        use.name(), file.hash(), use.weight(), use.textWeight(), file.shortHash());
  }

  private static DemofusionException unknown(String name, List<String> there) {
    String some =
        there.isEmpty()
            ? "there are none"
            : "there are "
                + there.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (there.size() > NAMED ? " and %s more".formatted(there.size() - NAMED) : "");
    return DemofusionException.badRequest(
        "there is no LoRA \"%s\" (%s): give a file with --lora, a folder with --lora-folder, or on a"
                .formatted(name, some)
            + " farm demofusion models add");
  }

  /** A word is found by its tokens; here it is enough that its letters are there. */
  private static List<EmbeddingUse> embeddings(Prompts prompts, ModelLibrary library) {
    String words =
        Stream.of(
                prompts.prompt(),
                prompts.forSecondTower(),
                prompts.negativeForFirstTower(),
                prompts.negativeForSecondTower())
            .collect(Collectors.joining("\n"))
            .toLowerCase(Locale.ROOT);
    List<EmbeddingUse> uses = new ArrayList<>();
    for (String name : library.names(LibraryKind.EMBEDDING)) {
      if (words.contains(name.toLowerCase(Locale.ROOT))) {
        library
            .find(LibraryKind.EMBEDDING, name)
            .ifPresent(file -> uses.add(new EmbeddingUse(name, file.hash())));
      }
    }
    return uses;
  }
}
