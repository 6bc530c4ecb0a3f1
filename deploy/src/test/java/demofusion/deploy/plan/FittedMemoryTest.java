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
import org.junit.jupiter.api.Test;

/** What {@code plan} foretells for SDXL on cards that do not hold all of it. */
class FittedMemoryTest {
  private static final long GIB = 1L << 30;
  private static final Architecture SDXL =
      Architecture.read(
          ModelSource.of(GoldenData.path("../../../../deploy/models/sdxl-base").normalize()));

  private static FittedMemory fitted(
      Precision precision, long deviceBytes, MemoryLimit limit, int samples) {
    MemoryDemand demand = MemoryDemand.of(SDXL, precision, true);
    MemoryNeed need =
        new MemoryNeed(
            demand.weightBytes(),
            samples * demand.sampleBytes(),
            demand.pictureBytes(),
            demand.contextBytes());
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
}
