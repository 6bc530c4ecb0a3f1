package demofusion.coordinator.http.compat;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.coordinator.http.Answers;
import demofusion.coordinator.http.Dialect;
import demofusion.coordinator.http.Refused;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;

/** Refusals as OpenAI writes them. */
@JsonInclude(JsonInclude.Include.ALWAYS)
record OpenAiErrors(Detail error) {
  /**
   * What went wrong.
   *
   * @param param the field that is wrong; null if it is none, or several together
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Detail(String message, String type, @Nullable String param, @Nullable String code) {}

  static final Dialect DIALECT = OpenAiErrors::answer;

  static OpenAiErrors of(Refused refused) {
    String sentence = refused.problem().detail();
    return switch (refused.status().intValue()) {
      case 401 -> error(sentence, "invalid_request_error", "invalid_api_key");
      case 403 -> error(sentence, "invalid_request_error", "insufficient_permissions");
      case 429 -> error(sentence, "requests", "rate_limit_exceeded");
      default ->
          refused.status().intValue() < 500
              ? error(sentence, "invalid_request_error", null)
              : error(sentence, "server_error", null);
    };
  }

  private static OpenAiErrors error(String message, String type, @Nullable String code) {
    return new OpenAiErrors(new Detail(message, type, null, code));
  }

  static OpenAiErrors about(String field, String message, @Nullable String code) {
    return new OpenAiErrors(new Detail(message, "invalid_request_error", field, code));
  }

  private static HttpResponse answer(Refused refused) {
    // OpenAI knows one status for whatever is wrong with a request, and its clients catch that one.
    StatusCode status =
        refused.status().equals(StatusCodes.UNPROCESSABLE_CONTENT)
            ? StatusCodes.BAD_REQUEST
            : refused.status();
    HttpResponse response = Answers.json(status, of(refused));
    // OpenAI's clients send again what failed here; a picture that failed would be drawn thrice.
    return refused.status().intValue() == 500
        ? response.addHeader(RawHeader.create("x-should-retry", "false"))
        : response;
  }
}
