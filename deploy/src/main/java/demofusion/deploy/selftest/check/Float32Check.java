package demofusion.deploy.selftest.check;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.worker.model.torch.TensorFloat32;
import java.util.List;

/** Whether float32 is that, and not NVIDIA's TF32 with 10 bits of mantissa. */
public final class Float32Check implements SelftestCheck {
  private static final String SUBJECT = "TF32";

  @Override
  public String name() {
    return "float32";
  }

  @Override
  public List<Finding> run(SelftestDevice device) {
    if (!device.isGpu()) {
      return List.of(Finding.pass(name(), SUBJECT, "off: a CPU has none"));
    }
    TensorFloat32.State state = TensorFloat32.state();
    return List.of(
        state.isOff()
            ? Finding.pass(name(), SUBJECT, "off: " + state.sentence())
            : Finding.fail(
                name(), SUBJECT, state.sentence() + "; float32 has 10 bits of mantissa here"));
  }
}
