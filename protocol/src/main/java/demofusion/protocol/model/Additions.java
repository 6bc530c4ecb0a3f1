package demofusion.protocol.model;

import demofusion.protocol.DemofusionException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a picture is drawn with beside its model: part of the model's identity, so that results of
 * two different sets are never taken for each other.
 *
 * @param loras in the order in which they are put into the weights
 * @param embeddings that prompts may name
 */
public record Additions(List<LoraUse> loras, List<EmbeddingUse> embeddings) {
  /** The model as it is. */
  public static final Additions NONE = new Additions(List.of(), List.of());

  public static final int MOST_LORAS = 100;
  public static final int MOST_EMBEDDINGS = 1_000;

  public Additions {
    loras = List.copyOf(loras);
    embeddings = List.copyOf(embeddings);
    requireFew("LoRAs", loras.size(), MOST_LORAS);
    requireFew("embeddings", embeddings.size(), MOST_EMBEDDINGS);
  }

  private static void requireFew(String what, int count, int most) {
    if (count > most) {
      throw DemofusionException.badRequest(
          "%s %s are too many for one image; it takes at most %s".formatted(count, what, most));
    }
  }

  public boolean isEmpty() {
    return loras.isEmpty() && embeddings.isEmpty();
  }

  /** The same embeddings with other LoRAs. */
  public Additions withLoras(List<LoraUse> others) {
    return new Additions(others, embeddings);
  }

  /** The same LoRAs with other embeddings. */
  public Additions withEmbeddings(List<EmbeddingUse> others) {
    return new Additions(loras, others);
  }

  /** Whether all files are known by their hashes, as work needs it. */
  public boolean isResolved() {
    return loras.stream().allMatch(LoraUse::isResolved)
        && embeddings.stream().allMatch(EmbeddingUse::isResolved);
  }

  /** Every text in it. */
  public List<String> texts() {
    return Stream.concat(
            loras.stream().flatMap(use -> Stream.of(use.name(), use.hash(), use.shortHash())),
            embeddings.stream().flatMap(use -> Stream.of(use.word(), use.hash())))
        .toList();
  }
}
