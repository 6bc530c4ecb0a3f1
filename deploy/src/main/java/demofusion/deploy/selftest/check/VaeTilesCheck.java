package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.deploy.selftest.golden.HalfTolerance;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.Precision;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import java.util.List;

/**
 * The VAE's decoder in tiles, against the same latent whole: inside a tile's context they are the
 * same picture.
 */
public final class VaeTilesCheck implements SelftestCheck {
  /** Latent samples of context on each side, as pictures are cut. */
  private static final int CONTEXT = 16;

  private static final int SHORT_CORE = 16;
  private static final int LONG_CORE = 64;

  /** What is left of context that ends, in levels of 8 bits. */
  private static final double LARGEST = 1.5 / 255;

  @Override
  public String name() {
    return "vae tiles";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    Probe probe = new Probe(device.model(), device.threads(), device.quick());
    int core = device.quick() ? SHORT_CORE : LONG_CORE;
    int height = core;
    int width = core + 4 * CONTEXT;
    Tensor latent = probe.latent(height, width);
    Tensor whole = probe.decode(latent);

    Work.SurveyLatent survey = new Work.SurveyLatent(batch(latent), 0, device.threads());
    AssetId id = new AssetId("survey");
    Asset.DecoderSurvey seen = new Asset.DecoderSurvey(id, device.model().survey(survey).layers());
    Tensor cut = columns(latent, CONTEXT, width - CONTEXT);
    Tensor tile =
        device.model().decode(new Work.DecodeLatent(cut, id, device.threads()), seen).pixels();

    int factor = device.model().card().geometry().vaeScaleFactor();
    Tensor wanted = columns(whole, 2 * CONTEXT * factor, (width - 2 * CONTEXT) * factor);
    Tensor inner = columns(tile, CONTEXT * factor, (width - 3 * CONTEXT) * factor);
    String subject = "decode " + height + "x" + width;
    Precision precision = device.precision();
    // The farthest pixel of two pictures in half precision is an outlier of rounding.
    return List.of(
        precision == Precision.FLOAT32
            ? Finding.atMost(
                name(),
                subject,
                "largest difference of a tile's pixels from the whole",
                Deviation.absolute(inner, wanted),
                LARGEST)
            : Finding.atMost(
                name(),
                subject,
                "mean difference of a tile's pixels from the whole",
                Deviation.mean(inner, wanted),
                HalfTolerance.of("decode", precision)));
  }

  private static Tensor batch(Tensor latent) {
    int[] shape = latent.shape();
    return new Tensor(new int[] {1, shape[0], shape[1], shape[2]}, latent.values());
  }

  /** (channels, height, width), from one column to the one before another. */
  private static Tensor columns(Tensor tensor, int from, int to) {
    int[] shape = tensor.shape();
    Tensor cut = Tensor.zeros(shape[0], shape[1], to - from);
    for (int row = 0; row < shape[0] * shape[1]; row++) {
      System.arraycopy(
          tensor.values(), row * shape[2] + from, cut.values(), row * (to - from), to - from);
    }
    return cut;
  }
}
