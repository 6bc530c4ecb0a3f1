package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.Draw;
import demofusion.protocol.Laws;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for any text at all. */
class ClipTokenizerLawsTest {
  @Test
  void startsEndsAndIsAsLongAsTheModelReads() {
    Laws.forAll(400, draw -> startsEndsAndIsAsLongAsTheModelReads(text(draw)));
  }

  private static void startsEndsAndIsAsLongAsTheModelReads(String text) {
    for (ClipTokenizer tokenizer :
        List.of(Tokenizers.FIRST, Tokenizers.SECOND, Tokenizers.MINIATURE)) {
      int[] nothing = tokenizer.encode("").ids();

      int largest = tokenizer.largestId(); // looks through the whole vocabulary

      int[] ids = tokenizer.encode(text).ids();

      assertThat(ids).hasSize(77).startsWith(nothing[0]).contains(nothing[1]);
      assertThat(IntStream.of(ids)).allMatch(id -> id >= 0 && id <= largest);
    }
  }

  @Test
  void hasNothingButPaddingBehindTheLastEnd() {
    Laws.forAll(400, draw -> hasNothingButPaddingBehindTheLastEnd(text(draw)));
  }

  private static void hasNothingButPaddingBehindTheLastEnd(String text) {
    int[] ids = Tokenizers.SECOND.encode(text).ids();

    int end = ids.length - 1;
    while (ids[end] == 0) {
      end--;
    }
    assertThat(ids[end]).isEqualTo(49407);
  }

  @Test
  void quotesSomethingExactlyWhenTheTextIsLong() {
    Laws.forAll(400, draw -> quotesSomethingExactlyWhenTheTextIsLong(text(draw)));
  }

  private static void quotesSomethingExactlyWhenTheTextIsLong(String text) {
    ClipTokenizer.Encoding once = Tokenizers.FIRST.encode(text);

    int[] end = Arrays.copyOfRange(once.ids(), 75, 77);
    if (end[0] == 49407 && end[1] == 49407 && !text.contains("<|")) {
      assertThat(once.cutOff()).isEmpty();
    }
    assertThat(Tokenizers.FIRST.encode(text + " word".repeat(77)).cutOff()).endsWith("word");
  }

  @Test
  void readsAllWhiteSpaceAlike() {
    Laws.forAll(400, draw -> readsAllWhiteSpaceAlike(text(draw)));
  }

  private static void readsAllWhiteSpaceAlike(String text) {
    String parted = "\t " + text.replace(" ", " \n\u3000 ") + "\u00a0";

    assertThat(Tokenizers.FIRST.encode(parted).ids())
        .containsExactly(Tokenizers.FIRST.encode(text).ids());
  }

  private static String text(Draw draw) {
    return draw.joined(
        6,
        () ->
            switch (draw.between(1, 3)) {
              case 1 -> draw.text(Draw.UNICODE, 40);
              case 2 -> draw.text(Draw.ASCII, 40);
              default ->
                  draw.of("<|endoftext|>", "!", " ", "'ll", "ﬁ", "İ", "\ud83d", "one ".repeat(40));
            });
  }
}
