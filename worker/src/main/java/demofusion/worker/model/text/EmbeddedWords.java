package demofusion.worker.model.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the words among a text's tokens for which vectors stand, the longest first. */
public final class EmbeddedWords {
  public static final EmbeddedWords NONE = new EmbeddedWords(List.of());

  private final Map<Integer, List<EmbeddedWord>> byFirstToken = new HashMap<>();

  public EmbeddedWords(List<EmbeddedWord> words) {
    words.stream()
        .filter(word -> word.ids().length > 0)
        .sorted(Comparator.comparingInt((EmbeddedWord word) -> -word.ids().length))
        .forEach(
            word ->
                byFirstToken.computeIfAbsent(word.ids()[0], any -> new ArrayList<>()).add(word));
  }

  /**
   * Those of one text tower.
   *
   * @param tower its place among the model's
   */
  public static EmbeddedWords of(
      List<TextEmbedding> embeddings, int tower, ClipTokenizer tokenizer) {
    return new EmbeddedWords(
        embeddings.stream().flatMap(each -> each.of(tower, tokenizer).stream()).toList());
  }

  /** The word that begins at a place among the tokens of a text; null: none does. */
  @Nullable EmbeddedWord at(int[] tokens, int from) {
    for (EmbeddedWord word : byFirstToken.getOrDefault(tokens[from], List.of())) {
      if (stands(word.ids(), tokens, from)) {
        return word;
      }
    }
    return null;
  }

  private static boolean stands(int[] word, int[] tokens, int from) {
    if (from + word.length > tokens.length) {
      return false;
    }
    for (int n = 0; n < word.length; n++) {
      if (tokens[from + n] != word[n]) {
        return false;
      }
    }
    return true;
  }
}
