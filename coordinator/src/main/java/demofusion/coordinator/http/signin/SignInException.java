package demofusion.coordinator.http.signin;

import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** A sign-in that ends here: one sentence for the person, in which nothing is secret. */
public final class SignInException extends RuntimeException {
  private final StatusCode status;

  private SignInException(StatusCode status, String sentence, Throwable cause) {
    super(sentence, cause);
    this.status = status;
  }

  private SignInException(StatusCode status, String sentence) {
    super(sentence);
    this.status = status;
  }

  /** The person, or whoever pretends to be one, may not come in. */
  public static SignInException refused(String sentence) {
    return new SignInException(StatusCodes.FORBIDDEN, sentence);
  }

  public static SignInException refused(String sentence, Throwable cause) {
    return new SignInException(StatusCodes.FORBIDDEN, sentence, cause);
  }

  /**
   * The provider does not answer.
   *
   * @param provider for people
   */
  public static SignInException unreachable(String provider) {
    return new SignInException(StatusCodes.SERVICE_UNAVAILABLE, unreachableSentence(provider));
  }

  public static SignInException unreachable(String provider, Throwable cause) {
    return new SignInException(
        StatusCodes.SERVICE_UNAVAILABLE, unreachableSentence(provider), cause);
  }

  private static String unreachableSentence(String provider) {
    return "The coordinator cannot reach the provider "
        + provider
        + " at present; sign in again later, or with a token.";
  }

  public StatusCode status() {
    return status;
  }

  /** One sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
