package demofusion.coordinator.http.compat.field;

import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.Schema;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** A body whose fields are of the wrong kinds, said as FastAPI says it: all of them at once. */
public final class FieldErrors extends RuntimeException {
  /**
   * One of them.
   *
   * @param loc the way to the field
   * @param msg what it must be
   * @param type pydantic's name for that
   */
  public record FieldError(List<String> loc, String msg, String type) {
    public FieldError {
      loc = List.copyOf(loc);
    }
  }

  /** All of them. */
  @Schema(name = "ValidationErrors")
  public record Body(List<FieldError> detail) {}

  private final transient List<FieldError> errors;

  FieldErrors(List<FieldError> errors) {
    super(errors.toString());
    this.errors = List.copyOf(errors);
  }

  public List<FieldError> errors() {
    return errors;
  }

  /** These as an answer; any other failure goes on. */
  public static HttpResponse answer(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof FieldErrors errors) {
      return errors.response();
    }
    throw failure instanceof CompletionException same ? same : new CompletionException(failure);
  }

  public HttpResponse response() {
    return Responses.json(StatusCodes.UNPROCESSABLE_CONTENT, new Body(errors));
  }
}
