package demofusion.worker.proof;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.model.ModelGeometry;
import demofusion.worker.model.DiffusionModel;
import demofusion.worker.model.synthetic.FaultyModel;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SameBitsTest {
  private final DiffusionModel sound =
      new SyntheticModel(SyntheticSettings.of(new ModelGeometry(8, 4, 8)));

  @Test
  void findsNoFault_inASoundModel() {
    assertThat(new SameBits(3).faultOrFailure(sound)).isEmpty();
  }

  @Test
  void findsOneMantissaBit() {
    assertThat(new SameBits(2).faultOrFailure(new FaultyModel(sound, 0, 2)))
        .contains("the UNet gave other bits for the same input");
  }

  @Test
  void findsWhatIsNoNumber() {
    assertThat(new SameBits(2).faultOrFailure(new FaultyModel(sound, 1, 0)))
        .contains("the UNet gave NaN or infinity");
  }

  @Test
  void takesAFailingDeviceForAFault_andAFullOneNot() {
    SelfCheck failing =
        model -> {
          throw new DemofusionException(FailureCode.DEVICE_ERROR, "the device is gone");
        };
    SelfCheck full =
        model -> {
          throw new DemofusionException(FailureCode.OUT_OF_MEMORY, "no room");
        };
    SelfCheck broken =
        model -> {
          throw new IllegalStateException("broken");
        };

    assertThat(failing.faultOrFailure(sound)).contains("the device is gone");
    assertThat(full.faultOrFailure(sound)).isEmpty();
    assertThat(broken.faultOrFailure(sound))
        .hasValueSatisfying(one -> assertThat(one).contains("broken"));
  }

  @Test
  void asksUntilAFaultIsFound() {
    List<String> asked = new ArrayList<>();
    SelfCheck all =
        SelfCheck.all(
            List.of(
                check("first", Optional.empty(), asked),
                check("second", Optional.of("a fault"), asked),
                check("third", Optional.empty(), asked)));

    assertThat(all.findFault(sound)).contains("a fault");
    assertThat(asked).containsExactly("first", "second");
  }

  private static SelfCheck check(String name, Optional<String> fault, List<String> asked) {
    return model -> {
      asked.add(name);
      return fault;
    };
  }
}
