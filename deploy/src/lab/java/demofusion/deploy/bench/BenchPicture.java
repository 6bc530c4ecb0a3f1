package demofusion.deploy.bench;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.render.timing.StepTimes;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.JobView;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.ViewBatchSize;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.model.ModelGeometry;
import demofusion.worker.model.synthetic.SyntheticSettings;
import java.time.Duration;
import java.time.Instant;

/**
 * The picture that is rendered again and again, and the synthetic model that it is rendered with.
 *
 * @param tileMillis what a guided view takes; a guidance half takes half of it
 * @param steps timesteps of each phase
 */
record BenchPicture(
    int tileMillis, PixelExtent size, int steps, ViewBatchSize unit, RenderMethod method) {
  private static final ModelGeometry SDXL = new ModelGeometry(128, 4, 8);

  /**
   * A picture that is done.
   *
   * @param done when its PNG was there
   */
  record Made(Instant submitted, StepTimes times, Instant done) {
    /** To the end of its last timestep. */
    double seconds() {
      return BenchPicture.seconds(submitted, times.ended());
    }

    double pictureSeconds() {
      return BenchPicture.seconds(submitted, done);
    }
  }

  BenchPicture withSteps(int count) {
    return new BenchPicture(tileMillis, size, count, unit, method);
  }

  JobView submit(BenchFarm farm) {
    return farm.submit(spec());
  }

  /** Renders one alone. */
  Made make(BenchFarm farm) {
    Instant submitted = Instant.now();
    return await(farm, submit(farm), submitted);
  }

  static Made await(BenchFarm farm, JobView job, Instant submitted) {
    StepTimes times = farm.await(job).times();
    if (times == null) {
      throw new DemofusionException(
          FailureCode.INTERNAL, "an image of the benchmark had no timestep left to run");
    }
    return new Made(submitted, times, Instant.now());
  }

  /**
   * What a worker's model is, for its command line.
   *
   * @param slow how many times slower than others
   */
  String model(int slow) {
    return "window=" + SDXL.sampleSize() + ",millis=" + tileMillis + ",slow=" + slow;
  }

  double unitSeconds() {
    double view = tileMillis / 1e3;
    return unit.halves() ? view / 2 : view * unit.views();
  }

  /** Guided views, in all of its timesteps. */
  double tiles() {
    return PlanLimit.of(plan(), 1).units() * unitSeconds() / (tileMillis / 1e3);
  }

  RenderPlan plan() {
    return RenderPlan.of(spec(), SDXL, SyntheticSettings.of(SDXL).scheduler());
  }

  private RenderSpec spec() {
    RenderSpec defaults = RenderSpec.of("a benchmark", 1);
    return defaults.toBuilder().size(size).steps(steps).unit(unit).method(method).build();
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
