package demofusion.deploy.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.terminal.Progress.Activity;
import demofusion.protocol.latent.PixelExtent;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Progress HALFWAY =
      new Progress(2, 3, new PixelExtent(512, 384), Activity.DENOISING, 5, 20, 300, 900, 100);

  @Test
  void countsRateAndEta_fromWhatThisRunDid() {
    String line = HALFWAY.line(20 * SECOND, 0);

    // 200 tiles in 20 s; the 600 that are left take a minute.
    assertThat(line)
        .isEqualTo("phase 2/3  512x384  step 5/20  tiles 300/900  10 tiles/s  ETA 1:00");
  }

  @Test
  void saysNoRate_beforeTheFirstTile() {
    Progress begun =
        new Progress(1, 2, new PixelExtent(64, 64), Activity.DENOISING, 0, 20, 100, 900, 100);

    assertThat(begun.line(SECOND, 0)).isEqualTo("phase 1/2  64x64  step 0/20  tiles 100/900");
  }

  @Test
  void isCut_whenTheTerminalIsNarrow() {
    assertThat(HALFWAY.line(SECOND, 18)).isEqualTo("phase 2/3  512x384");
  }

  @Test
  void saysHowLongAPhaseTook() {
    assertThat(HALFWAY.doneLine(95 * SECOND)).isEqualTo("phase 2/3  512x384  done in 1 min 35 s");
  }

  @Test
  void putsDurationsInWords_byTheirSize() {
    assertThat(Durations.words(0.44)).isEqualTo("0.4 s");
    assertThat(Durations.words(42)).isEqualTo("42 s");
    assertThat(Durations.words(3600 * 3 + 5 * 60)).isEqualTo("3 h 5 min");
    assertThat(Durations.clock(3600 * 3 + 5 * 60 + 9)).isEqualTo("3:05:09");
    assertThat(Durations.rate(0.0213)).isEqualTo("0.021");
    assertThat(Durations.rate(1.44)).isEqualTo("1.4");
  }
}
