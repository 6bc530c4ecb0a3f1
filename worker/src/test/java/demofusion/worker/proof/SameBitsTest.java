package demofusion.worker.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  void takesAFailingDeviceForAFault() {
    SelfCheck failing =
        model -> {
          throw new DemofusionException(FailureCode.DEVICE_ERROR, "the device is gone");
        };
    SelfCheck broken =
        model -> {
          throw new IllegalStateException("broken");
        };

    assertThat(failing.faultOrFailure(sound)).contains("the device is gone");
    assertThat(broken.faultOrFailure(sound))
        .hasValueSatisfying(one -> assertThat(one).contains("broken"));
  }

  @ParameterizedTest
  @EnumSource(names = {"OUT_OF_MEMORY", "CANCELLED"})
  void neitherPassesNorFails_whereNothingWasFoundOut(FailureCode code) {
    assertThatThrownBy(() -> SelfCheck.all(List.of(throwing(code))).faultOrFailure(sound))
        .isInstanceOfSatisfying(
            DemofusionException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void goesOnBehindWhatDoesNotFit() {
    List<String> asked = new ArrayList<>();
    SelfCheck full = throwing(FailureCode.OUT_OF_MEMORY);

    assertThat(
            SelfCheck.all(List.of(full, check("second", Optional.of("a fault"), asked)))
                .faultOrFailure(sound))
        .contains("a fault");
    assertThat(
            SelfCheck.all(List.of(full, check("second", Optional.empty(), asked)))
                .faultOrFailure(sound))
        .isEmpty();
    assertThat(asked).containsExactly("second", "second");
  }

  private static SelfCheck throwing(FailureCode code) {
    return model -> {
      throw new DemofusionException(code, "not now");
    };
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
