package demofusion.worker.model.text;

import demofusion.protocol.latent.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * As much of a prompt as a text tower reads at once.
 *
 * @param ids start, text, end, padding
 * @param length how many of them are the text's
 * @param weights of each token's states
 * @param places where vectors stand instead of tokens, in order
 */
public record TokenChunk(int[] ids, int length, float[] weights, List<Place> places) {
  public TokenChunk {
    places = List.copyOf(places);
    if (weights.length != ids.length) {
      throw new IllegalArgumentException(
          weights.length + " weights do not fit " + ids.length + " tokens");
    }
  }

  /**
   * A word of the prompt that vectors stand for.
   *
   * @param position of the first among the ids
   * @param rows how many of the vectors have room
   */
  public record Place(int position, EmbeddedWord word, int rows) {}

  /** The rows that are to be replaced; as many as {@link #replacedRows} has. */
  public long[] replacedPositions() {
    return places.stream()
        .flatMapToLong(
            place -> LongStream.range(place.position(), (long) place.position() + place.rows()))
        .toArray();
  }

  /** What stands in the replaced rows, (rows, width); empty (0, 0) where there are none. */
  public Tensor replacedRows() {
    List<float[]> parts = new ArrayList<>();
    int rows = 0;
    int width = 0;
    for (Place place : places) {
      parts.add(place.word().vectors().values());
      width = place.word().vectors().shape()[1];
      rows += place.rows();
    }
    float[] values = new float[rows * width];
    int at = 0;
    for (int n = 0; n < parts.size(); n++) {
      int size = places.get(n).rows() * width;
      System.arraycopy(parts.get(n), 0, values, at, size);
      at += size;
    }
    return new Tensor(new int[] {rows, width}, values);
  }
}
