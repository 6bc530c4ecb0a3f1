package demofusion.coordinator.http.compat.openai;

import demofusion.coordinator.http.body.Responses;
import demofusion.coordinator.http.compat.field.FieldErrors;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** A field that is wrong, as a refusal that names it. */
final class WrongField extends RuntimeException {
  private final transient OpenAiErrors words;

  WrongField(String field, String message) {
    super(message);
    this.words = OpenAiErrors.about(field, message, null);
  }

  static WrongField of(FieldErrors errors) {
    FieldErrors.FieldError first = errors.errors().get(0);
    String field = String.join(".", first.loc().subList(1, first.loc().size()));
    return new WrongField(field, field + ": " + first.msg());
  }

  static void requireOneOf(String field, String value, List<String> possible) {
    if (!possible.contains(value)) {
      throw new WrongField(field, field + " must be " + String.join(" or ", possible) + " here");
    }
  }

  /** A refusal that names its field as an answer; any other failure goes on. */
  static HttpResponse answer(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof WrongField wrong) {
      return Responses.json(StatusCodes.BAD_REQUEST, wrong.words);
    }
    throw failure instanceof CompletionException same ? same : new CompletionException(failure);
  }
}
