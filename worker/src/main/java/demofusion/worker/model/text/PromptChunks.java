package demofusion.worker.model.text;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.prompt.PromptSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A weighted prompt of any length in chunks that one text tower reads one by one (specification of
 * models, section 5.3). A chunk that is full ends at the last comma, if that is among its last 20
 * tokens, so that phrases stay whole.
 */
public final class PromptChunks {
  /** A context of so many chunks, both halves, is some 80 MB with SDXL. */
  public static final int MOST = 64;

  private static final int LONGEST_PHRASE = 20;
  private static final int LONGEST_NAME = 80;
  private static final String COMMA = "," + BytePairEncoding.END_OF_WORD;

  private final ClipTokenizer tokenizer;
  private final EmbeddedWords words;
  private final int capacity;
  private final int comma;
  private final List<TokenChunk> chunks = new ArrayList<>();
  private final List<TokenChunk.Place> places = new ArrayList<>(); // from the chunk's first token
  private final int[] ids;
  private final float[] weights;
  private int fill;
  private int lastComma = -1;

  private PromptChunks(ClipTokenizer tokenizer, EmbeddedWords words) {
    this.tokenizer = tokenizer;
    this.words = words;
    capacity = tokenizer.maxLength() - 2;
    comma = tokenizer.id(COMMA);
    ids = new int[capacity];
    weights = new float[capacity];
  }

  /**
   * At least one chunk.
   *
   * @throws DemofusionException BAD_REQUEST if there are more than {@link #MOST}, or an embedding
   *     has more vectors than one has places
   */
  public static List<TokenChunk> of(
      List<PromptSegment> segments, ClipTokenizer tokenizer, EmbeddedWords words) {
    PromptChunks chunks = new PromptChunks(tokenizer, words);
    segments.forEach(chunks::add);
    if (chunks.fill > 0 || chunks.chunks.isEmpty()) {
      chunks.end();
    }
    return List.copyOf(chunks.chunks);
  }

  private void add(PromptSegment segment) {
    if (segment.isBreak()) {
      end();
      return;
    }
    int[] tokens = tokenizer.words(segment.text());
    float weight = (float) segment.weight();
    for (int at = 0; at < tokens.length; ) {
      if (tokens[at] == comma) {
        lastComma = fill;
      } else if (fill == capacity && lastComma >= 0 && fill - lastComma <= LONGEST_PHRASE) {
        endAtComma();
      }
      if (fill == capacity) {
        end();
      }
      EmbeddedWord word = words.at(tokens, at);
      if (word == null) {
        append(tokens[at++], weight);
      } else {
        place(word, weight);
        at += word.ids().length;
      }
    }
  }

  private void append(int id, float weight) {
    ids[fill] = id;
    weights[fill++] = weight;
  }

  private void place(EmbeddedWord word, float weight) {
    if (word.length() > capacity) {
      throw DemofusionException.badRequest(
          "embedding %s has %s vectors, and this model reads %s tokens at once: take one with fewer"
              .formatted(Excerpt.printable(word.name(), LONGEST_NAME), word.length(), capacity));
    }
    if (fill + word.length() > capacity) {
      end();
    }
    places.add(new TokenChunk.Place(fill, word, word.length()));
    for (int n = 0; n < word.length(); n++) {
      append(0, weight);
    }
  }

  /** What stands behind the last comma begins the next chunk. */
  private void endAtComma() {
    int kept = lastComma + 1;
    int[] movedIds = Arrays.copyOfRange(ids, kept, fill);
    float[] movedWeights = Arrays.copyOfRange(weights, kept, fill);
    List<TokenChunk.Place> moved =
        places.stream()
            .filter(place -> place.position() >= kept)
            .map(place -> new TokenChunk.Place(place.position() - kept, place.word(), place.rows()))
            .toList();
    places.removeIf(place -> place.position() >= kept);
    fill = kept;
    end();
    System.arraycopy(movedIds, 0, ids, 0, movedIds.length);
    System.arraycopy(movedWeights, 0, weights, 0, movedWeights.length);
    places.addAll(moved);
    fill = movedIds.length;
  }

  private void end() {
    if (chunks.size() == MOST) {
      throw DemofusionException.badRequest(
          "the prompt has more than %s chunks of %s tokens: shorten it, or use BREAK less often"
              .formatted(MOST, capacity));
    }
    chunks.add(tokenizer.chunk(Arrays.copyOf(ids, fill), Arrays.copyOf(weights, fill), places));
    places.clear();
    fill = 0;
    lastComma = -1;
  }

  /** The chunk of no text at all. */
  public static TokenChunk empty(ClipTokenizer tokenizer) {
    return tokenizer.chunk(new int[0], new float[0], List.of());
  }
}
