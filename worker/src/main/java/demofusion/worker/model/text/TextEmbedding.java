package demofusion.worker.model.text;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.latent.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Vectors that stand for a word (textual inversion, docs/prompts.md §5).
 *
 * @param name of the file without its ending, which is the word
 * @param words that it is written as
 * @param towers for each text tower that it was made for, (vectors, width)
 */
public record TextEmbedding(String name, List<String> words, List<Tensor> towers) {
  private static final int LONGEST_NAME = 80;
  private static final Map<Integer, String> BASES =
      Map.of(768, "SD 1", 1024, "SD 2", 1280, "SDXL's second text encoder");

  public TextEmbedding {
    words = List.copyOf(words);
    towers = List.copyOf(towers);
  }

  /**
   * Refuses one that was made for another model.
   *
   * @param widths of the model's text towers
   */
  public void requireFitting(int[] widths) {
    List<String> made = new ArrayList<>();
    List<String> wanted = new ArrayList<>();
    towers.forEach(tower -> made.add(width(tower.shape()[1])));
    for (int width : widths) {
      wanted.add(width(width));
    }
    if (!made.equals(wanted)) {
      throw DemofusionException.badRequest(
          "embedding %s has vectors %s wide, and this model's text encoders take %s"
              .formatted(
                  Excerpt.printable(name, LONGEST_NAME),
                  String.join(" and ", made),
                  String.join(" and ", wanted)));
    }
  }

  private static String width(int width) {
    String base = BASES.get(width);
    return base == null ? Integer.toString(width) : width + " (" + base + ")";
  }

  /**
   * Its words as one tower's tokenizer writes them. One that was made for another model is found,
   * too, so that it can be refused.
   */
  List<EmbeddedWord> of(int tower, ClipTokenizer tokenizer) {
    Tensor vectors = towers.get(Math.min(tower, towers.size() - 1));
    return words.stream()
        .map(word -> new EmbeddedWord(this, tokenizer.words(word), vectors))
        .toList();
  }

  /** Whether it takes the place of a word that the model knows as one token. */
  public boolean hidesAWord(ClipTokenizer tokenizer) {
    return tokenizer.words(name).length == 1;
  }
}
