package demofusion.worker.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import demofusion.worker.nvml.Gpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** On a card and a clock that a test sets; seconds are of that clock. */
class CardMeterTest {
  private static final Offset<Double> EXACT = within(1e-9);

  private final Card card = new Card();
  private final List<Runnable> sampled = new ArrayList<>();
  private final CardMeter meter =
      new CardMeter(
          card,
          () -> Math.round(card.seconds * 1e9),
          sample -> {
            sampled.add(sample);
            return () -> sampled.remove(sample);
          });

  /** Draws power over time, and tells what a test lets it tell. */
  private static final class Card implements Gpu {
    private double seconds;
    private DoubleUnaryOperator watts = seconds -> 100;
    private boolean tellsPower = true;
    private OptionalDouble counter = OptionalDouble.empty();
    private int asked;

    @Override
    public Identity identity() {
      return new Identity("GPU-1", "", "Card", "580");
    }

    @Override
    public Optional<Reading> now() {
      throw new AssertionError("everything is asked, of which one thing is wanted");
    }

    @Override
    public OptionalDouble joules() {
      asked++;
      return counter;
    }

    @Override
    public OptionalDouble watts() {
      asked++;
      return tellsPower ? OptionalDouble.of(watts.applyAsDouble(seconds)) : OptionalDouble.empty();
    }
  }

  private void sample() {
    List.copyOf(sampled).forEach(Runnable::run);
  }

  /** Samples at each of these times. */
  private void sampleAt(double... times) {
    for (double time : times) {
      card.seconds = time;
      sample();
    }
  }

  @Test
  void takesTheCounter_whereThereIsOne_andSamplesNothing() {
    card.counter = OptionalDouble.of(1000);
    CardMeter.Batch batch = meter.begin();
    assertThat(sampled).isEmpty();
    card.counter = OptionalDouble.of(1012.5);

    assertThat(batch.end()).isEqualTo(new Energy(12.5, EnergySource.COUNTER));
    assertThat(card.asked).isEqualTo(2);
  }

  @Test
  void integratesPower_whereThereIsNoCounter() {
    card.watts = seconds -> 100 + 200 * seconds; // the trapezoid rule is exact
    CardMeter.Batch batch = meter.begin();

    sampleAt(.15, .3, .45);
    card.seconds = .5;
    Energy energy = batch.end();

    assertThat(energy.source()).isEqualTo(EnergySource.POWER);
    assertThat(energy.joules()).isCloseTo(100 * .5 + 200 * .5 * .5 / 2, EXACT);
  }

  @Test
  void seesPowerThatChangesWithinABatch() {
    card.watts = seconds -> seconds < 1 || seconds > 3 ? 50 : 250;
    CardMeter.Batch batch = meter.begin();

    for (int n = 1; n < 40; n++) {
      sampleAt(n * .1);
    }
    card.seconds = 4;

    double shared = 2 * 50 + 2 * 250; // of each step, a tenth of a second is on a slope
    assertThat(batch.end().joules()).isCloseTo(shared, within(.1 * 200));
  }

  @Test
  void samplesOnlyWhileABatchIsOnTheCard() {
    CardMeter.Batch one = meter.begin();
    CardMeter.Batch two = meter.begin();
    assertThat(sampled).hasSize(1);
    Runnable late = sampled.get(0);

    one.end();
    assertThat(sampled).hasSize(1);
    two.end();
    assertThat(sampled).isEmpty();

    int before = card.asked;
    late.run(); // it was on its way
    assertThat(card.asked).isEqualTo(before);
    meter.begin();
    assertThat(sampled).hasSize(1);
  }

  @Test
  void countsNoIdleTimeBetweenBatches() {
    meter.begin().end();
    card.seconds = 1000;
    CardMeter.Batch batch = meter.begin();
    card.seconds = 1001;

    assertThat(batch.end().joules()).isCloseTo(100, EXACT);
  }

  @Test
  void bridgesASampleThatIsNotTold() {
    CardMeter.Batch batch = meter.begin();
    card.tellsPower = false;
    sampleAt(.15);
    card.tellsPower = true;
    sampleAt(.3);
    card.seconds = .4;

    assertThat(batch.end().joules()).isCloseTo(40, EXACT);
  }

  @Test
  void isSilent_whereTheCardTellsNothing() {
    card.tellsPower = false;

    assertThat(meter.begin().end()).isEqualTo(Energy.UNKNOWN);
    assertThat(sampled).isEmpty();
  }

  @Test
  void doesNotKnow_whatWasNotToldAtAnEnd_orForTooLong() {
    CardMeter.Batch batch = meter.begin();
    card.tellsPower = false;
    assertThat(batch.end().joules()).isNaN();

    card.tellsPower = true;
    CardMeter.Batch stalled = meter.begin();
    card.seconds += CardMeter.LONGEST_GAP.toSeconds() + 1;
    assertThat(stalled.end().joules()).isNaN();
  }

  @Test
  void doesNotTakeACardWithACounterForOneWithout_whenItIsSlow() {
    card.counter = OptionalDouble.of(1000);
    meter.begin().end();
    card.counter = OptionalDouble.empty(); // not in time
    CardMeter.Batch batch = meter.begin();
    card.counter = OptionalDouble.of(1010);

    assertThat(batch.end().joules()).isNaN();
    assertThat(sampled).isEmpty();
  }

  @Test
  void doesNotKnow_whenTheDriverWasLoadedAnew() {
    card.counter = OptionalDouble.of(1000);
    CardMeter.Batch batch = meter.begin();
    card.counter = OptionalDouble.of(3);

    assertThat(batch.end().joules()).isNaN();
  }

  @Test
  void dividesTheCardAmongBatchesThatAreOnItAtOnce() {
    CardMeter.Batch one = meter.begin();
    card.seconds = 1;
    CardMeter.Batch two = meter.begin();
    card.seconds = 3;
    double first = one.end().joules();
    card.seconds = 4;
    double second = two.end().joules();

    assertThat(first).isCloseTo(100 + 200 / 2.0, EXACT);
    assertThat(second).isCloseTo(200 / 2.0 + 100, EXACT);
  }

  @Test
  void dividesNoJouleTwice_whateverBeginsAndEndsWhen() {
    Random random = new Random(20);
    card.watts = seconds -> 80 + 60 * Math.sin(seconds);
    List<CardMeter.Batch> running = new ArrayList<>(List.of(meter.begin()));
    double told = 0;
    double taken = 0;
    for (int n = 0; n < 500; n++) {
      double before = card.watts.applyAsDouble(card.seconds);
      double seconds = random.nextDouble();
      card.seconds += seconds;
      taken += (before + card.watts.applyAsDouble(card.seconds)) / 2 * seconds;
      if (running.size() > 1 && random.nextInt(3) == 0) {
        told += running.remove(random.nextInt(running.size())).end().joules();
      } else if (random.nextBoolean()) {
        running.add(meter.begin());
      } else {
        sample();
      }
    }
    for (CardMeter.Batch batch : running) {
      told += batch.end().joules();
    }

    assertThat(taken).isPositive();
    assertThat(told).isCloseTo(taken, within(.001));
  }
}
