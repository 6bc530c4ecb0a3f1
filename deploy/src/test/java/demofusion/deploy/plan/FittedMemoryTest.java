package demofusion.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.GoldenData;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.model.Precision;
import demofusion.worker.model.MemoryLimit;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.memory.MemoryDemand;
import demofusion.worker.model.memory.MemoryPlan;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code plan} foretells for SDXL on cards that do not hold all of it. */
class FittedMemoryTest {
  private static final long GIB = 1L << 30;
  private static final Architecture SDXL =
      Architecture.read(
          ModelSource.of(GoldenData.path("../../../../deploy/models/sdxl-base").normalize()));

  private static FittedMemory fitted(
      Precision precision, long deviceBytes, MemoryLimit limit, int samples) {
    return fitted(precision, deviceBytes, limit, samples, ConditionNeed.NONE);
  }

  private static FittedMemory fitted(
      Precision precision,
      long deviceBytes,
      MemoryLimit limit,
      int samples,
      ConditionNeed conditions) {
    MemoryDemand demand = MemoryDemand.of(SDXL, precision, true);
    MemoryNeed need =
        new MemoryNeed(
            demand.weightBytes(),
            samples * demand.sampleBytes(),
            demand.pictureBytes(),
            demand.contextBytes(),
            conditions);
    return FittedMemory.of(need, SDXL, precision, true, deviceBytes, limit);
  }

  @Test
  void foretellsThePeakOfWhatStays() {
    FittedMemory eight = fitted(Precision.FLOAT16, 0, MemoryLimit.parse("8GB"), 2);
    FittedMemory six = fitted(Precision.FLOAT16_FLOAT8, 0, MemoryLimit.parse("6GB"), 2);

    assertThat(eight.needBytes()).isBetween(6 * GIB, 8 * GIB);
    assertThat(six.needBytes()).isBetween(5 * GIB, 6 * GIB);
    assertThat(eight.sentence()).startsWith("memory 8.0 GiB: the text encoders are there only");
  }

  @Test
  void takesACardOfKnownSize_asAWorkerWouldByItself() {
    FittedMemory known = fitted(Precision.FLOAT16, 8 * GIB, MemoryLimit.AUTO, 2);

    assertThat(known).isEqualTo(fitted(Precision.FLOAT16, 0, MemoryLimit.parse("8GB"), 2));
  }

  @Test
  void saysWhatItSaidBefore_whereEverythingFits_orNothingIsKnown() {
    FittedMemory large = fitted(Precision.FLOAT16, 24 * GIB, MemoryLimit.AUTO, 2);
    FittedMemory unknown = fitted(Precision.FLOAT16, 0, MemoryLimit.AUTO, 2);

    assertThat(large.sentence()).isNull();
    assertThat(unknown).isEqualTo(new FittedMemory(large.needBytes(), 0, null));
  }

  @Test
  void refusesASizeThatIsTooLittle_butOnlySaysSoOfACard() {
    assertThat(fitted(Precision.FLOAT16, 4 * GIB, MemoryLimit.AUTO, 2).needBytes())
        .isGreaterThan(4 * GIB);
    assertThatThrownBy(() -> fitted(Precision.FLOAT16, 0, MemoryLimit.parse("4GB"), 2))
        .isInstanceOf(DemofusionException.class)
        .hasMessageContaining("the smallest that works is 5440 MB");
  }

  /** The work's units are the picture's own: one that is too large is not made smaller. */
  @Test
  void saysThatAUnitIsTooLarge() {
    FittedMemory many = fitted(Precision.FLOAT16, 0, MemoryLimit.parse("8GB"), 64);

    assertThat(many.needBytes()).isGreaterThan(8 * GIB);
  }

  /** Two full ControlNets of SDXL, 2.3 GiB each. */
  @Test
  void saysThatControlNetsTakeTurns_orFindNoRoom() {
    ConditionNeed two = controls(5 * GIB / 2, 2);
    MemoryLimit ten = MemoryLimit.parse("10GB");

    FittedMemory large = fitted(Precision.FLOAT16, 24 * GIB, MemoryLimit.AUTO, 2, two);
    FittedMemory turns = fitted(Precision.FLOAT16, 0, ten, 2, two);
    FittedMemory little = fitted(Precision.FLOAT16, 8 * GIB, MemoryLimit.AUTO, 2, two);

    assertThat(large.sentence()).isNull();
    assertThat(turns.needBytes()).isLessThanOrEqualTo(10 * GIB);
    assertThat(turns.sentence()).contains("fit one at a time only");
    assertThat(little.needBytes()).isGreaterThan(8 * GIB);
    assertThat(little.sentence()).contains("finds no room beside the UNet there");
    assertThat(fitted(Precision.FLOAT16, 0, ten, 2, controls(GIB, 2)).sentence())
        .doesNotContain("one at a time");
  }

  /** Which stay beside SDXL alone in twelve gibibytes, and leave for what takes the rest. */
  @Test
  void hasTextEncodersAndVaeLeave_forWhatWouldFindNoRoomElse() {
    MemoryLimit twelve = MemoryLimit.parse("12GB");
    MemoryPlan plan = MemoryPlan.of(MemoryDemand.of(SDXL, Precision.FLOAT16, true), 12 * GIB);
    long left = 12 * GIB - plan.bytes(MemoryPlan.Activity.FORWARD, 2);

    FittedMemory alone = fitted(Precision.FLOAT16, 0, twelve, 2);
    FittedMemory steered = fitted(Precision.FLOAT16, 0, twelve, 2, controls(left, 1));
    FittedMemory more = fitted(Precision.FLOAT16, 0, twelve, 2, controls(left + 2 * GIB, 1));

    assertThat(plan.vaeLeaves()).isFalse();
    assertThat(alone.sentence()).isNull();
    assertThat(steered.needBytes()).isLessThanOrEqualTo(12 * GIB);
    assertThat(steered.sentence()).endsWith("; text encoders and VAE leave while tiles are drawn");
    assertThat(more.needBytes()).isGreaterThan(12 * GIB);
  }

  private static ConditionNeed controls(long each, int count) {
    NetworkRow row = new NetworkRow(NetworkRow.CONTROLNET, "edges", each / 2, each, each, 0, false);
    return new ConditionNeed(
        Collections.nCopies(count, row), count * each, each, GIB / 10, 0, 0, 0);
  }

  @Test
  void countsAnImageEncoder_whichIsThereBeforeTheUnetDraws() {
    ConditionNeed encoder = new ConditionNeed(List.of(), 0, 0, 0, 0, 0, 9 * GIB);

    FittedMemory fitted = fitted(Precision.FLOAT16, 8 * GIB, MemoryLimit.AUTO, 2, encoder);

    assertThat(fitted.needBytes()).isGreaterThan(9 * GIB);
  }
}
