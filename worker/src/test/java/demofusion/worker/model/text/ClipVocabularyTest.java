package demofusion.worker.model.text;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.worker.model.file.ModelFiles;
import org.junit.jupiter.api.Test;

class ClipVocabularyTest {
  private static final ClipTokenizer SHIPPED = shipped(ClipVocabulary.END_OF_TEXT);

  @Test
  void hasTheIdsThatModelsWereTrainedWith() {
    assertThat(SHIPPED.largestId()).isEqualTo(ClipVocabulary.SIZE - 1);
    assertThat(SHIPPED.encode("a photo of a cat, a dog").ids())
        .startsWith(49406, 320, 1125, 539, 320, 2368, 267, 320, 1929, 49407, 49407)
        .hasSize(77);
    assertThat(shipped(ClipVocabulary.EXCLAMATION_MARK).encode("a").ids())
        .startsWith(49406, 320, 49407, 0, 0);
  }

  @Test
  void isTheVocabularyOfFolders() {
    assertThat(SHIPPED.identity()).isEqualTo(Tokenizers.FIRST.identity());
    assertThat(shipped(ClipVocabulary.EXCLAMATION_MARK).identity())
        .isEqualTo(Tokenizers.SECOND.identity())
        .isNotEqualTo(SHIPPED.identity());
  }

  private static ClipTokenizer shipped(String pad) {
    return ClipTokenizer.read(ModelFiles.of(ClipVocabulary.files(pad)));
  }
}
