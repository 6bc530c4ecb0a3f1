package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PicturePartsTest {
  private static final Asset.PictureFile PICTURE = picture("control", 1000);

  private final PictureParts parts = new PictureParts();

  private static Asset.PictureFile picture(String id, int bytes) {
    byte[] file = new byte[bytes];
    new Random(bytes).nextBytes(file);
    return new Asset.PictureFile(new AssetId(id), file);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 250, 333, 334, 999})
  void joinsPartsOfAnySize(int most) {
    List<Asset> sent = PICTURE.parts(most);

    for (Asset part : sent.subList(0, sent.size() - 1)) {
      assertThat(part.fileBytes()).isEqualTo(most);
      assertThat(parts.add(part)).isEmpty();
    }
    assertThat(parts.add(sent.get(sent.size() - 1))).contains(PICTURE);
  }

  @Test
  void cutsAPictureWithoutACopy_sinceEachOfManyWorkersIsSentIt() {
    Asset.PictureFile picture = picture("shared", 10);
    List<Asset> sent = picture.parts(4);

    picture.file()[9] ^= 1;

    assertThat(((Asset.PicturePart) sent.get(2)).bytes().get(1)).isEqualTo(picture.file()[9]);
    assertThat(((Asset.PicturePart) sent.get(2)).bytes().isReadOnly()).isTrue();
  }

  @Test
  void isWholeInOneMessageWhereItFits() {
    assertThat(PICTURE.parts(1000)).containsExactly(PICTURE);
    assertThat(parts.add(PICTURE)).contains(PICTURE);
  }

  @Test
  void keepsPicturesApart() {
    Asset.PictureFile other = picture("other", 900);

    parts.add(PICTURE.parts(500).get(0));
    parts.add(other.parts(500).get(0));

    assertThat(parts.add(other.parts(500).get(1))).contains(other);
    assertThat(parts.add(PICTURE.parts(500).get(1))).contains(PICTURE);
  }

  @Test
  void hasNothingOfAPictureWhosePartWasLost_untilItIsSentAgain() {
    List<Asset> sent = PICTURE.parts(300);

    parts.add(sent.get(0));
    assertThat(parts.add(sent.get(2))).isEmpty();
    assertThat(parts.add(sent.get(3))).isEmpty();

    parts.add(sent.get(0));
    parts.add(sent.get(1));
    parts.add(sent.get(2));
    assertThat(parts.add(sent.get(3))).contains(PICTURE);
  }
}
