package demofusion.worker.proof;

import demofusion.protocol.latent.Guidance;
import demofusion.protocol.latent.MicroConditioning;
import demofusion.protocol.latent.Prompts;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.GuidanceHalf;
import demofusion.protocol.work.Work;
import demofusion.protocol.work.WorkResult;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.JobAssets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The light check that any model can be put to: each of its networks does the same work several
 * times, and the bits must be the same each time, and numbers.
 *
 * @param times at least 2
 */
public record SameBits(int times) implements SelfCheck {
  private static final long SEED = 20_260_801;
  private static final float TIMESTEP = 501;
  private static final Guidance GUIDANCE = new Guidance(7.5f, 0);

  public SameBits {
    if (times < 2) {
      throw new IllegalArgumentException("work must be done at least twice, not " + times);
    }
  }

  private interface Forward {
    WorkResult run();
  }

  @Override
  public Optional<String> findFault(DiffusionModel model) {
    Work.EncodeText words = new Work.EncodeText(Prompts.of("a lighthouse and the sea"), true);
    ModelGeometry geometry = model.card().geometry();
    AssetId id = new AssetId("selftest");
    Optional<String> fault = fault("the text encoder", () -> model.encodeText(words));
    if (fault.isPresent()) {
      return fault;
    }
    JobAssets assets = JobAssets.of(model.encodeText(words).toConditioning(id));
    Tensor noise = noise(geometry);
    int pixels = geometry.nativeSide();
    Work.PredictNoise view =
        new Work.PredictNoise(
            new Tensor(withViews(noise), noise.values()),
            TIMESTEP,
            List.of(new MicroConditioning(pixels, pixels, 0, 0, pixels, pixels)),
            List.of(id),
            GUIDANCE,
            GuidanceHalf.BOTH,
            1);
    Work.DecodeLatent picture = new Work.DecodeLatent(noise, AssetId.NONE, 1);
    return fault("the UNet", () -> model.predictNoise(view, assets))
        .or(() -> fault("the VAE", () -> model.decode(picture, null)));
  }

  private Optional<String> fault(String network, Forward forward) {
    WorkResult first = forward.run();
    if (!first.tensors().stream().allMatch(Tensor::isFinite)) {
      return Optional.of(network + " gave NaN or infinity");
    }
    for (int time = 1; time < times; time++) {
      if (!isSame(first, forward.run())) {
        return Optional.of(network + " gave other bits for the same input");
      }
    }
    return Optional.empty();
  }

  private static boolean isSame(WorkResult one, WorkResult other) {
    List<Tensor> left = one.tensors();
    List<Tensor> right = other.tensors();
    boolean same = left.size() == right.size();
    for (int n = 0; same && n < left.size(); n++) {
      same =
          Arrays.equals(left.get(n).shape(), right.get(n).shape())
              && Arrays.equals(left.get(n).values(), right.get(n).values());
    }
    return same;
  }

  /** (channels, side, side) of the native size. */
  private static Tensor noise(ModelGeometry geometry) {
    int side = geometry.sampleSize();
    Tensor noise = Tensor.zeros(geometry.latentChannels(), side, side);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int n = 0; n < noise.values().length; n++) {
      noise.values()[n] = (float) (2 * random.nextDouble() - 1);
    }
    return noise;
  }

  private static int[] withViews(Tensor one) {
    int[] shape = one.shape();
    return new int[] {1, shape[0], shape[1], shape[2]};
  }
}
