package demofusion.worker.model.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A prompt in the plain syntax, with vectors in the places of the words that they stand for: what
 * goes beyond one chunk is cut off.
 */
final class PlainChunk {
  private final ClipTokenizer tokenizer;
  private final EmbeddedWords words;
  private final int capacity;

  PlainChunk(ClipTokenizer tokenizer, EmbeddedWords words) {
    this.tokenizer = tokenizer;
    this.words = words;
    capacity = tokenizer.maxLength() - 2;
  }

  /**
   * @param cutOff receives what did not fit, in words, if anything did not
   */
  TokenChunk of(String text, Consumer<String> cutOff) {
    int[] tokens = tokenizer.words(text);
    IntStream.Builder ids = IntStream.builder();
    List<TokenChunk.Place> places = new ArrayList<>();
    List<String> left = new ArrayList<>();
    int fill = 0;
    int at = 0;
    while (at < tokens.length && fill < capacity) {
      EmbeddedWord word = words.at(tokens, at);
      if (word == null) {
        ids.add(tokens[at++]);
        fill++;
        continue;
      }
      int rows = Math.min(word.length(), capacity - fill);
      places.add(new TokenChunk.Place(fill, word, rows));
      IntStream.range(0, rows).forEach(row -> ids.add(0));
      fill += rows;
      at += word.ids().length;
      if (rows < word.length()) {
        left.add("%s of %s's vectors".formatted(word.length() - rows, word.name()));
      }
    }
    String rest = tokenizer.decode(tokens, at);
    if (!rest.isEmpty()) {
      left.add(rest);
    }
    if (!left.isEmpty()) {
      cutOff.accept(String.join(", ", left));
    }
    return tokenizer.plainChunk(ids.build().toArray(), places);
  }
}
