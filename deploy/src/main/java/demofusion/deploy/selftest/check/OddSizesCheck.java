package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Deviation;
import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.GuidanceHalf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tiles and latents whose sides no power of two divides: of the right shape, and alike alone. */
public final class OddSizesCheck implements SelftestCheck {
  private static final int[][] SHORT = {{13, 11}, {9, 24}};
  private static final int[][] LONG = {{13, 11}, {9, 24}, {97, 65}, {71, 129}};

  @Override
  public String name() {
    return "odd sizes";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    Probe probe = new Probe(device.model(), device.threads(), device.quick());
    int factor = device.model().card().geometry().vaeScaleFactor();
    List<Finding> findings = new ArrayList<>();
    for (int[] size : device.quick() ? SHORT : LONG) {
      Tensor tiles = probe.tiles(2, size[0], size[1]);
      Tensor both = probe.noise(tiles, GuidanceHalf.BOTH);
      Tensor alone = probe.alone(tiles, 1);
      findings.add(
          Finding.atMost(
              name(),
              "unet " + size[0] + "x" + size[1],
              "largest difference of the second tile from itself alone",
              Deviation.largest(Probe.row(both, 1), alone),
              BatchCheck.bound(device.precision())));
      findings.add(decoded(probe, size, factor));
    }
    return findings;
  }

  private Finding decoded(Probe probe, int[] size, int factor) {
    Tensor pixels = probe.decode(probe.latent(size[0], size[1]));
    int[] wanted = {3, factor * size[0], factor * size[1]};
    String subject = "decode " + size[0] + "x" + size[1];
    return Arrays.equals(pixels.shape(), wanted)
        ? Finding.pass(name(), subject, "a picture of " + wanted[2] + "x" + wanted[1] + " pixels")
        : Finding.fail(
            name(), subject, "the picture has the shape " + Arrays.toString(pixels.shape()));
  }
}
