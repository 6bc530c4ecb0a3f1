package demofusion.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A failure whose message is the one sentence that the user reads: the value, the bound, what to
 * do. The cause, where there is one, is for the log.
 */
public final class DemofusionException extends RuntimeException {
  private final FailureCode code;

  public DemofusionException(FailureCode code, String sentence) {
    this(code, sentence, null);
  }

  public DemofusionException(FailureCode code, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  /** A request that cannot be done, said in one sentence. */
  public static DemofusionException badRequest(String sentence) {
    return new DemofusionException(FailureCode.BAD_REQUEST, sentence);
  }

  /** What the state of something does not allow, said in one sentence. */
  public static DemofusionException conflict(String sentence) {
    return new DemofusionException(FailureCode.CONFLICT, sentence);
  }

  /** A model folder that cannot be used, said in one sentence. */
  public static DemofusionException badModel(String sentence) {
    return new DemofusionException(FailureCode.BAD_MODEL, sentence);
  }

  public FailureCode code() {
    return code;
  }

  /** The sentence; never null, unlike {@link #getMessage()}. */
  public String userMessage() {
    String message = getMessage();
    return message == null ? code.name() : message;
  }
}
