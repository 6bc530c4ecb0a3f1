package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.golden.GoldenCheck;
import demofusion.deploy.selftest.golden.GoldenModel;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.DeviceMemory;
import demofusion.worker.model.folder.Architecture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which checks there are, in the order in which they are done. */
public final class SelftestChecks {
  private static final int QUICK_TIMES = 2;
  private static final int LONG_TIMES = 10;

  private SelftestChecks() {}

  /**
   * All of them.
   *
   * @param source of the tested model
   * @param architecture of it
   * @param before of the device's memory, before the model was on it; null: not told
   */
  public static List<SelftestCheck> of(
      ModelSource source,
      Architecture architecture,
      List<GoldenModel> golden,
      @Nullable DeviceMemory before,
      boolean quick) {
    return List.of(
        new MemoryCheck(architecture, before), // first: libtorch keeps what it had once
        new Float32Check(),
        new GoldenCheck(golden, true),
        new SameBitsCheck(quick ? QUICK_TIMES : LONG_TIMES),
        new BatchCheck(),
        new OddSizesCheck(),
        new VaeTilesCheck(),
        new TwoProcessesCheck(source),
        new HalfPrecisionCheck(source, architecture),
        new OutOfMemoryCheck(architecture));
  }

  /**
   * What a worker may do between two units, with the model that it has: seconds on a GPU. Make its
   * {@link demofusion.deploy.selftest.SelftestDevice} quick.
   */
  public static List<SelftestCheck> light() {
    return List.of(new SameBitsCheck(QUICK_TIMES), new BatchCheck());
  }
}
