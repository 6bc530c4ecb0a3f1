package demofusion.worker.model.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding: a word begins as one token per character, and of all neighbours that the list
 * of merges knows, those that stand first in it are joined, until none are left (Sennrich et al.
 * 2016). A queue of neighbours keeps this at n·log n, so that a prompt that is one long word costs
 * no more than another.
 */
final class BytePairEncoding {
  /** The end of a word is part of its last token. */
  static final String END_OF_WORD = "</w>";

  private static final Comparator<Pair> EARLIEST_MERGE_THEN_LEFTMOST =
      Comparator.comparingInt((Pair pair) -> pair.merge().rank()).thenComparingInt(Pair::position);

  private final Map<String, Integer> vocabulary;
  private final Map<TokenPair, Merge> merges;
  private final int unknown;

  /**
   * @param unknown what stands for a character that the vocabulary lacks
   */
  BytePairEncoding(Map<String, Integer> vocabulary, Map<TokenPair, Merge> merges, int unknown) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.unknown = unknown;
  }

  /** Two ids side by side. */
  record TokenPair(int left, int right) {}

  /**
   * What becomes of a pair.
   *
   * @param rank the merge's line in the file: earlier ones go first
   */
  record Merge(int rank, int id) {}

  /** Neighbours of the word at hand that can be joined, as they were when they met. */
  private record Pair(int position, TokenPair tokens, Merge merge) {}

  /**
   * The tokens of one word.
   *
   * @param spelled the word in the {@link ByteAlphabet}, not empty
   */
  int[] encode(String spelled) {
    Word word = new Word(spelled);
    PriorityQueue<Pair> queue = new PriorityQueue<>(EARLIEST_MERGE_THEN_LEFTMOST);
    for (int position = 0; position + 1 < word.ids.length; position++) {
      offer(queue, word, position);
    }
    for (Pair pair = queue.poll(); pair != null; pair = queue.poll()) {
      if (word.has(pair)) { // neither side was joined with another meanwhile
        word.join(pair.position(), pair.merge().id());
        offer(queue, word, pair.position());
        offer(queue, word, word.previous[pair.position()]);
      }
    }
    return word.tokens();
  }

  private void offer(PriorityQueue<Pair> queue, Word word, int position) {
    if (position < 0 || word.next[position] == word.ids.length) {
      return;
    }
    TokenPair tokens = new TokenPair(word.ids[position], word.ids[word.next[position]]);
    @Nullable Merge merge = merges.get(tokens);
    if (merge != null) {
      queue.add(new Pair(position, tokens, merge));
    }
  }

  /** A word as a linked list of tokens; a token that was joined to its left has the id −1. */
  private final class Word {
    final int[] ids;
    final int[] previous;
    final int[] next;

    Word(String spelled) {
      int length = spelled.length();
      ids = new int[length];
      previous = new int[length];
      next = new int[length];
      for (int n = 0; n < length; n++) {
        String symbol = spelled.substring(n, n + 1);
        ids[n] = vocabulary.getOrDefault(n + 1 < length ? symbol : symbol + END_OF_WORD, unknown);
        previous[n] = n - 1;
        next[n] = n + 1;
      }
    }

    boolean has(Pair pair) {
      int right = next[pair.position()];
      return ids[pair.position()] == pair.tokens().left()
          && right < ids.length
          && ids[right] == pair.tokens().right();
    }

    void join(int position, int id) {
      int joined = next[position];
      ids[position] = id;
      ids[joined] = -1;
      next[position] = next[joined];
      if (next[joined] < ids.length) {
        previous[next[joined]] = position;
      }
    }

    int[] tokens() {
      int[] tokens = new int[ids.length];
      int count = 0;
      for (int n = 0; n < ids.length; n = next[n]) {
        tokens[count++] = ids[n];
      }
      return Arrays.copyOf(tokens, count);
    }
  }
}
