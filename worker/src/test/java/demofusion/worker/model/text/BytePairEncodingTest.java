package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.worker.model.text.BytePairEncoding.Merge;
import demofusion.worker.model.text.BytePairEncoding.TokenPair;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BytePairEncodingTest {
  private static final int A = 0;
  private static final int A_LAST = 1;
  private static final int AA = 2;
  private static final int B = 3;
  private static final int AB = 4;
  private static final int UNKNOWN = 9;
  private static final Map<String, Integer> VOCABULARY =
      Map.of("a", A, "a</w>", A_LAST, "aa", AA, "b", B, "ab", AB);

  @Test
  void joinsFromTheLeft_whenPairsAreAlike() {
    BytePairEncoding words = words(Map.of(new TokenPair(A, A), new Merge(0, AA)));

    assertThat(words.encode("aaaaaaaa")).containsExactly(AA, AA, AA, A, A_LAST);
  }

  @Test
  void joinsTheEarlierMergeFirst() {
    TokenPair aa = new TokenPair(A, A);
    TokenPair ab = new TokenPair(A, B);

    assertThat(words(Map.of(aa, new Merge(0, AA), ab, new Merge(1, AB))).encode("aaba"))
        .containsExactly(AA, B, A_LAST);
    assertThat(words(Map.of(aa, new Merge(1, AA), ab, new Merge(0, AB))).encode("aaba"))
        .containsExactly(A, AB, A_LAST);
  }

  @Test
  void putsOneUnknownTokenForEachCharacterThatIsMissing() {
    assertThat(words(Map.of()).encode("axxb")).containsExactly(A, UNKNOWN, UNKNOWN, UNKNOWN);
  }

  private static BytePairEncoding words(Map<TokenPair, Merge> merges) {
    return new BytePairEncoding(VOCABULARY, merges, UNKNOWN);
  }
}
