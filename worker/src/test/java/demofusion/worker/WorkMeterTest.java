package demofusion.worker;

import static org.assertj.core.api.Assertions.assertThat;

import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.Work;
import demofusion.worker.energy.CardMeters;
import demofusion.worker.model.ForwardingModel;
import demofusion.worker.model.JobAssets;
import demofusion.worker.model.synthetic.SyntheticModel;
import demofusion.worker.model.synthetic.SyntheticSettings;
import demofusion.worker.nvml.Gpu;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WorkMeterTest {
  private static final Work WORK = new Work.DecodeLatent(Tensor.zeros(4, 2, 2), AssetId.NONE, 1);

  /** A card whose counter of energy says this, one after the other. */
  private record Card(String mig, Deque<OptionalDouble> counter) implements Gpu {
    static Card of(String mig, double... counter) {
      return new Card(
          mig, new ArrayDeque<>(Arrays.stream(counter).mapToObj(OptionalDouble::of).toList()));
    }

    @Override
    public Identity identity() {
      return new Identity("GPU-1", mig, "Card", "580");
    }

    @Override
    public Optional<Reading> now() {
      return Optional.empty();
    }

    @Override
    public OptionalDouble joules() {
      return counter.isEmpty() ? OptionalDouble.empty() : counter.remove();
    }
  }

  private static double joules(Optional<Gpu> gpu) {
    ForwardingModel model =
        new ForwardingModel(new SyntheticModel(SyntheticSettings.of(ScriptedModel.GEOMETRY))) {
          @Override
          public Optional<Gpu> gpu() {
            return gpu;
          }
        };
    return new WorkMeter(model, new ModelExecutor(model), new CardMeters())
        .perform(WORK, JobAssets.of(), System.nanoTime())
        .energy()
        .joules();
  }

  @Test
  void tellsWhatTheCardTookMeanwhile() {
    assertThat(joules(Optional.of(Card.of("", 1000, 1012.5)))).isEqualTo(12.5);
  }

  @Test
  void tellsNothing_whereTheCardDoesNot() {
    assertThat(joules(Optional.empty())).isNaN();
    assertThat(joules(Optional.of(Card.of("")))).isNaN();
    assertThat(joules(Optional.of(Card.of("", 1000)))).isNaN(); // not at once the second time
    assertThat(joules(Optional.of(Card.of("MIG-7", 1000, 1012.5)))).isNaN();
    assertThat(joules(Optional.of(Card.of("", 1000, 3)))).isNaN(); // the driver was loaded anew
  }

  @Test
  void isPartOfWhatACardTellsOtherwise() {
    Gpu card =
        new Gpu() {
          @Override
          public Identity identity() {
            return new Identity("GPU-1", "", "Card", "580");
          }

          @Override
          public Optional<Reading> now() {
            return Optional.of(
                new Reading(
                    Map.of(Quantity.ENERGY, 7.0, Quantity.POWER, 90.5),
                    Map.of(),
                    OptionalInt.empty(),
                    0));
          }
        };

    assertThat(card.joules()).hasValue(7.0);
    assertThat(card.watts()).hasValue(90.5);
    assertThat(List.of(Card.of("").joules())).containsExactly(OptionalDouble.empty());
  }
}
