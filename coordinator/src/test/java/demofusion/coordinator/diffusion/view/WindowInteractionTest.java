package demofusion.coordinator.diffusion.view;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.coordinator.diffusion.random.AuxiliaryStream;
import demofusion.coordinator.diffusion.random.AuxiliaryStream.Purpose;
import demofusion.protocol.GoldenModes;
import demofusion.protocol.Laws;
import demofusion.protocol.latent.LatentExtent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowInteractionTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void exchangesSamplesAsTheReferenceDoes(int number) {
    String name = "interaction." + number + ".";
    int[] shape = GoldenModes.tensor(name + "views").shape(); // (views, channels, height, width)
    int[] key = GoldenModes.integers(name + "key"); // seed, phase, step, purpose
    int channels = shape[1];
    int factor = (int) Math.round(Math.sqrt(shape[0]));
    Dilation dilation =
        new Dilation(new LatentExtent(shape[2] * factor, shape[3] * factor), factor);
    float[] latent = new float[shape[0] * channels * shape[2] * shape[3]];
    float[] seen = new float[latent.length];
    float[] back = new float[latent.length];
    scatter(dilation, channels, GoldenModes.values(name + "views"), latent);

    WindowInteraction interaction = interaction(dilation, channels, key);
    interaction.permute(latent, seen);
    for (int view = 0; view < shape[0]; view++) {
      int at = view * latent.length / shape[0];
      interaction.scatter(GoldenModes.values(name + "views"), at, 1, back, view);
    }

    assertThat(key[3]).isEqualTo(1); // the number of Purpose.INTERACTION
    assertThat(GoldenModes.integers(name + "groups"))
        .isEqualTo(number == 0 ? new int[] {4} : new int[] {WindowInteraction.GROUP, 9});
    assertThat(gather(dilation, channels, seen)).isEqualTo(GoldenModes.values(name + "seen"));
    assertThat(gather(dilation, channels, back)).isEqualTo(backToTheViews(name, shape));
  }

  /**
   * The golden {@code back} is of {@code views} themselves as predictions: a view's prediction at a
   * place goes to the view that the golden {@code sources} name.
   */
  private static float[] backToTheViews(String name, int[] shape) {
    float[] back = GoldenModes.values(name + "back");
    int[] sources = GoldenModes.integers(name + "sources");
    int size = shape[1] * shape[2] * shape[3];
    float[] views = GoldenModes.values(name + "views");
    for (int n = 0; n < views.length; n++) {
      int group = n / size / WindowInteraction.GROUP * WindowInteraction.GROUP;
      assertThat(back[(group + sources[n]) * size + n % size]).isEqualTo(views[n]);
    }
    return back;
  }

  @Test
  void whatGoesBackUnchangedIsTheLatent_whateverTheSizes() {
    Laws.forAll(
        100,
        draw -> {
          int channels = draw.between(1, 4);
          LatentExtent extent = new LatentExtent(draw.between(6, 40), draw.between(6, 40));
          Dilation dilation = new Dilation(extent, draw.between(1, 6));
          int[] key = {draw.between(0, 99), draw.between(1, 9), draw.between(0, 49)};
          float[] latent = counted(channels * extent.area());
          float[] padded = new float[channels * dilation.paddedExtent().area()];
          float[] back = new float[latent.length];
          dilation.pad(latent, channels, padded);

          WindowInteraction interaction = interaction(dilation, channels, key);
          interaction.permute(padded, padded);
          float[] tiles = gather(dilation, channels, padded);
          int views = dilation.factor() * dilation.factor();
          for (int view = 0; view < views; view++) {
            interaction.scatter(tiles, view * tiles.length / views, 1, back, view);
          }

          assertThat(back).isEqualTo(latent);
        });
  }

  @Test
  void drawsAnewAtEveryTimestep() {
    Dilation dilation = new Dilation(new LatentExtent(12, 12), 2);
    float[] latent = counted(12 * 12);
    float[] first = new float[latent.length];
    float[] second = new float[latent.length];

    interaction(dilation, 1, new int[] {7, 2, 3}).permute(latent, first);
    interaction(dilation, 1, new int[] {7, 2, 4}).permute(latent, second);

    assertThat(first).isNotEqualTo(latent).isNotEqualTo(second);
  }

  private static WindowInteraction interaction(Dilation dilation, int channels, int[] key) {
    return WindowInteraction.draw(
        dilation, channels, AuxiliaryStream.of(key[0], key[1], key[2], Purpose.INTERACTION));
  }

  private static float[] counted(int count) {
    float[] values = new float[count];
    for (int n = 0; n < count; n++) {
      values[n] = n + 1;
    }
    return values;
  }

  private static void scatter(Dilation dilation, int channels, float[] tiles, float[] latent) {
    int at = 0;
    for (Dilation.Offset offset : dilation.offsets()) {
      dilation.scatter(tiles, at, 1, latent, channels, offset);
      at += channels * dilation.subExtent().area();
    }
  }

  private static float[] gather(Dilation dilation, int channels, float[] padded) {
    float[] tiles = new float[padded.length];
    int at = 0;
    for (Dilation.Offset offset : dilation.offsets()) {
      dilation.gather(padded, channels, offset, 1, tiles, at);
      at += channels * dilation.subExtent().area();
    }
    return tiles;
  }
}
