package demofusion.worker.model.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultyModelTest {
  private static final AssetId TEXT = new AssetId("text");

  private final DiffusionModel sound =
      new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)));

  @Test
  void turnsOneMantissaBitInOneResultOfSoMany() {
    DiffusionModel faulty = new FaultyModel(sound, 0, 10);
    JobAssets text =
        JobAssets.of(
            sound.encodeText(new Work.EncodeText(Prompts.of("a"), true)).toConditioning(TEXT));
    Work.PredictNoise work =
        new Work.PredictNoise(
            Tensor.zeros(1, 4, 8, 8),
            501,
            List.of(new MicroConditioning(64, 64, 0, 0, 64, 64)),
            List.of(TEXT),
            new Guidance(5, 0),
            GuidanceHalf.BOTH,
            1);
    float[] right = sound.predictNoise(work, text).noise().values();

    List<Integer> wrong = new ArrayList<>();
    for (int forward = 1; forward <= 30; forward++) {
      float[] values = faulty.predictNoise(work, text).noise().values();
      int bits = 0;
      for (int n = 0; n < values.length; n++) {
        int turned = Float.floatToRawIntBits(values[n]) ^ Float.floatToRawIntBits(right[n]);
        bits += Integer.bitCount(turned);
        assertThat(turned >>> 23).isZero(); // sign and exponent
      }
      if (bits > 0) {
        assertThat(bits).isEqualTo(1);
        wrong.add(forward);
      }
    }

    assertThat(wrong).containsExactly(10, 20, 30);
  }
}
