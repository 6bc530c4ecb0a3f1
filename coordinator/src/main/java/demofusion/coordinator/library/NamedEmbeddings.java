package demofusion.coordinator.library;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.model.EmbeddingUse;
import demofusion.protocol.model.ModelInputs;
import demofusion.protocol.model.UnetShape;
import demofusion.protocol.prompt.PromptWords;
import demofusion.protocol.safetensors.SafetensorsFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks up the embeddings whose words are in prompts, as {@link NamedFiles} does LoRAs. */
final class NamedEmbeddings {
  /** The tensors of an embedding's vectors for SDXL's two text encoders. */
  private static final String FIRST_ENCODER = "clip_l";

  private static final String SECOND_ENCODER = "clip_g";
  private static final String A1111 = "emb_params";
  private static final String TRAINERS = "string_to_param.";

  private NamedEmbeddings() {}

  /** Workers find a word by its tokens; here it is enough that it is there. */
  static List<EmbeddingUse> find(List<Prompts> all, ModelLibrary library) {
    PromptWords words =
        new PromptWords(
            all.stream()
                .flatMap(
                    prompts ->
                        Stream.of(
                            prompts.prompt(),
                            prompts.forSecondTower(),
                            prompts.negativeForFirstTower(),
                            prompts.negativeForSecondTower()))
                .toList());
    List<EmbeddingUse> uses = new ArrayList<>();
    for (String name : library.names(LibraryKind.EMBEDDING)) {
      if (words.have(name)) {
        library
            .find(LibraryKind.EMBEDDING, name)
            .ifPresent(file -> uses.add(new EmbeddingUse(name, file.hash())));
      }
    }
    return uses;
  }

  /**
   * Those of a farm's that its model reads: what is made for models with another number of text
   * encoders is a word like others.
   *
   * @throws DemofusionException BAD_REQUEST if one has vectors of another width than the model's,
   *     which a worker would refuse in the middle of the job
   */
  static List<EmbeddingUse> fitting(
      List<EmbeddingUse> uses, ModelLibrary library, ModelInputs model) {
    List<EmbeddingUse> fitting = new ArrayList<>();
    for (EmbeddingUse use : uses) {
      SafetensorsFile file = SafetensorsFile.open(library.path(use.hash()));
      if (isForBoth(file) == model.textEncoders() > 1) {
        requireWidth(use, width(file), model.unet());
        fitting.add(use);
      }
    }
    return fitting;
  }

  /** SDXL's have vectors for either encoder. */
  private static boolean isForBoth(SafetensorsFile file) {
    return file.names().contains(SECOND_ENCODER);
  }

  /**
   * What the UNet's context would be as wide as: the towers' states stand side by side in it. 0:
   * the file's tensors are no embedding's, which who reads their values says.
   */
  private static long width(SafetensorsFile file) {
    Set<String> names = file.names();
    if (names.contains(SECOND_ENCODER)) {
      return names.contains(FIRST_ENCODER)
          ? side(file, FIRST_ENCODER) + side(file, SECOND_ENCODER)
          : 0;
    }
    if (names.contains(A1111)) {
      return side(file, A1111);
    }
    List<String> vectors =
        names.size() == 1
            ? List.copyOf(names)
            : names.stream().filter(name -> name.startsWith(TRAINERS)).toList();
    return vectors.size() == 1 ? side(file, vectors.get(0)) : 0;
  }

  private static long side(SafetensorsFile file, String tensor) {
    long[] shape = file.entry(tensor).shape();
    return shape.length == 0 ? 0 : shape[shape.length - 1];
  }

  /**
   * @param model null where nobody told
   */
  private static void requireWidth(EmbeddingUse use, long width, @Nullable UnetShape model) {
    if (model == null || width == 0 || width == model.contextWidth()) {
      return;
    }
    throw DemofusionException.badRequest(
        "the embedding %s has vectors %s wide, made for %s, and this model's text encoders take %s: choose a model that it is made for, or leave the word out of the prompt"
            .formatted(use.word(), width, title(width), model.contextWidth()));
  }

  private static String title(long width) {
    return new UnetShape(Math.toIntExact(Math.min(width, Integer.MAX_VALUE)), List.of()).title();
  }
}
