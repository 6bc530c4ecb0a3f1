package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any text at all. */
class ClipTokenizerLawsTest {
  @Property(tries = 400)
  void startsEndsAndIsAsLongAsTheModelReads(@ForAll("texts") String text) {
    for (ClipTokenizer tokenizer :
        List.of(Tokenizers.FIRST, Tokenizers.SECOND, Tokenizers.MINIATURE)) {
      int[] nothing = tokenizer.encode("").ids();

      int largest = tokenizer.largestId(); // looks through the whole vocabulary

      int[] ids = tokenizer.encode(text).ids();

      assertThat(ids).hasSize(77).startsWith(nothing[0]).contains(nothing[1]);
      assertThat(IntStream.of(ids)).allMatch(id -> id >= 0 && id <= largest);
    }
  }

  @Property(tries = 400)
  void hasNothingButPaddingBehindTheLastEnd(@ForAll("texts") String text) {
    int[] ids = Tokenizers.SECOND.encode(text).ids();

    int end = ids.length - 1;
    while (ids[end] == 0) {
      end--;
    }
    assertThat(ids[end]).isEqualTo(49407);
  }

  @Property(tries = 400)
  void quotesSomethingExactlyWhenTheTextIsLong(@ForAll("texts") String text) {
    ClipTokenizer.Encoding once = Tokenizers.FIRST.encode(text);

    int[] end = Arrays.copyOfRange(once.ids(), 75, 77);
    if (end[0] == 49407 && end[1] == 49407 && !text.contains("<|")) {
      assertThat(once.cutOff()).isEmpty();
    }
    assertThat(Tokenizers.FIRST.encode(text + " word".repeat(77)).cutOff()).endsWith("word");
  }

  @Property(tries = 400)
  void readsAllWhiteSpaceAlike(@ForAll("texts") String text) {
    String parted = "\t " + text.replace(" ", " \n\u3000 ") + "\u00a0";

    assertThat(Tokenizers.FIRST.encode(parted).ids())
        .containsExactly(Tokenizers.FIRST.encode(text).ids());
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> fragments =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(40),
            Arbitraries.strings().ascii().ofMaxLength(40),
            Arbitraries.of(
                "<|endoftext|>", "!", " ", "'ll", "ﬁ", "İ", "\ud83d", "one ".repeat(40)));
    return fragments.list().ofMaxSize(6).map(parts -> String.join("", parts));
  }
}
