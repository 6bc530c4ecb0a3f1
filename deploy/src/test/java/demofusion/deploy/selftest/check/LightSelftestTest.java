package demofusion.deploy.selftest.check;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.deploy.selftest.Finding;
import demofusion.deploy.selftest.SelftestCheck;
import demofusion.deploy.selftest.SelftestDevice;
import demofusion.protocol.model.ModelGeometry;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.synthetic.FaultyModel;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class LightSelftestTest {
  private final DiffusionModel sound =
      new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)));

  @Test
  void passes_onASoundDevice() {
    assertThat(LightSelftest.create().faultOrFailure(sound)).isEmpty();
  }

  @Test
  void findsTheBitThatIsTurned() {
    assertThat(LightSelftest.create().faultOrFailure(new FaultyModel(sound, 0, 2))).isPresent();
  }

  @Test
  void findsWhatIsNoNumber() {
    assertThat(LightSelftest.create().faultOrFailure(new FaultyModel(sound, 1, 0)))
        .hasValueSatisfying(
            fault -> assertThat(fault).contains("same bits of unet", "NaN or infinity"));
  }

  @Test
  void saysWhichCheckFailed() {
    SelftestCheck failing =
        new SelftestCheck() {
          @Override
          public String name() {
            return "rates";
          }

          @Override
          public List<Finding> run(SelftestDevice device) {
            return List.of(
                Finding.skip("rates", "unet", "not here"),
                Finding.fail("rates", "vae", "it took too long"));
          }
        };

    assertThat(new LightSelftest(List.of(failing)).findFault(sound))
        .contains("rates of vae: it took too long");
  }
}
