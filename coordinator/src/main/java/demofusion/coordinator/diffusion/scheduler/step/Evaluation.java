package demofusion.coordinator.diffusion.scheduler.step;

import demofusion.coordinator.diffusion.scheduler.step.PredictionType.Estimate;

/**
 * One evaluation of the model, in the latent space of {@link LatentSpace#SIGMA}: where it is asked,
 * and what its answer means there.
 *
 * @param sigma σ there
 * @param timestep t, which the model is told; a fraction where diffusers' is one
 * @param inputScale what the latent is multiplied by before the model sees it
 * @param clean the clean latent D of x and the model's answer
 */
public record Evaluation(double sigma, float timestep, float inputScale, Estimate clean) {
  /** At a noise level of a model that was trained on betas. */
  public static Evaluation at(double sigma, double timestep, PredictionType predicts) {
    double signal = 1 / Math.sqrt(1 + sigma * sigma);
    Estimate ofSeen = predicts.clean(signal, sigma * signal);
    // The model's estimate is of what it saw, which is the latent times the signal's share.
    return new Evaluation(
        sigma,
        (float) timestep,
        (float) signal,
        new Estimate(ofSeen.sample() * signal, ofSeen.prediction()));
  }

  /** (x − D)/σ, the slope of x over σ. */
  public Estimate slope(double sigma) {
    return new Estimate((1 - clean.sample()) / sigma, -clean.prediction() / sigma);
  }
}
