package demofusion.coordinator.dispatch.ledger;

import java.util.Set;

/**
 * What there is to know of a batch without looking into it.
 *
 * @param views guided views of one forward of the UNet; 0 for other work
 * @param effort by which the times of batches of one kind compare: guided views, tiles
 * @param threads CPU threads that it runs on
 * @param answerBytes of an answer that may come ahead of its turn and wait for it; 0 if none waits
 * @param divisible whether the two halves of guidance could be view batches of their own, and are
 *     not
 * @param networks what a device must have beside the model, by hashes
 */
public record BatchTerms(
    WorkKind kind,
    Urgency urgency,
    int views,
    double effort,
    int threads,
    long answerBytes,
    boolean divisible,
    Set<String> networks) {
  public BatchTerms {
    networks = Set.copyOf(networks);
    if (!(effort > 0) || threads < 1 || answerBytes < 0) {
      throw new IllegalArgumentException(
          "a batch with effort " + effort + ", " + threads + " threads, " + answerBytes + " bytes");
    }
  }

  /** With the model alone. */
  private BatchTerms(
      WorkKind kind,
      Urgency urgency,
      int views,
      double effort,
      int threads,
      long answerBytes,
      boolean divisible) {
    this(kind, urgency, views, effort, threads, answerBytes, divisible, Set.of());
  }

  /** Words, or a picture to start from. */
  public static BatchTerms encoding() {
    return new BatchTerms(WorkKind.ENCODE, Urgency.PICTURE, 0, 1, 1, 0, false);
  }

  /** A window of a phase's picture, of which the next phase needs many. */
  public static BatchTerms encodingWindow(int threads) {
    return new BatchTerms(WorkKind.ENCODE_WINDOW, Urgency.PICTURE, 0, 1, threads, 0, false);
  }

  /** So many guided views in one forward. */
  public static BatchTerms forward(int views, int threads, long answerBytes, boolean divisible) {
    return new BatchTerms(
        WorkKind.FORWARD, Urgency.PICTURE, views, views, threads, answerBytes, divisible);
  }

  /** One half of the guidance of one view. */
  public static BatchTerms half(int threads, long answerBytes) {
    return half(1, threads, answerBytes);
  }

  /** One half of the guidance of so many views in one forward. */
  public static BatchTerms half(int views, int threads, long answerBytes) {
    return new BatchTerms(
        WorkKind.FORWARD, Urgency.PICTURE, views, 0.5 * views, threads, answerBytes, false);
  }

  /**
   * The same where other networks are evaluated beside the UNet.
   *
   * @param factor 1: none is
   */
  public BatchTerms times(double factor) {
    return new BatchTerms(
        kind, urgency, views, factor * effort, threads, answerBytes, divisible, networks);
  }

  /** The same of the timestep that follows the open one. */
  public BatchTerms ahead() {
    return new BatchTerms(
        kind, Urgency.AHEAD, views, effort, threads, answerBytes, divisible, networks);
  }

  /** The same with these networks beside the model. */
  public BatchTerms with(Set<String> others) {
    return new BatchTerms(kind, urgency, views, effort, threads, answerBytes, divisible, others);
  }

  public static BatchTerms survey(Urgency urgency, int threads) {
    return new BatchTerms(WorkKind.SURVEY, urgency, 0, 1, threads, 0, false);
  }

  public static BatchTerms decoding(Urgency urgency, int threads) {
    return new BatchTerms(WorkKind.DECODE, urgency, 0, 1, threads, 0, false);
  }

  public static BatchTerms upscaling(Urgency urgency, int threads) {
    return new BatchTerms(WorkKind.UPSCALE, urgency, 0, 1, threads, 0, false);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case FORWARD -> views == 1 ? "a view batch of 1 tile" : "a view batch of " + views + " tiles";
      case DECODE -> "a VAE tile of the image";
      case SURVEY -> "the VAE statistics of the image";
      case ENCODE -> "the text encoding of the request";
      case UPSCALE -> "an upscaler tile of the image";
      case ENCODE_WINDOW -> "a VAE encoder window of the image";
    };
  }
}
