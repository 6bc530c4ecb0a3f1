package demofusion.coordinator.http.compat.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Dialect;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.Schema;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;

/** Refusals as OpenAI writes them. */
@Schema(name = "OpenAiError")
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OpenAiErrors(Detail error) {
  /**
   * What went wrong.
   *
   * @param param the field that is wrong; null if it is none, or several together
   */
  @Schema(name = "OpenAiDetail")
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Detail(
      String message, String type, @Nullable String param, @Nullable String code) {}

  static final Dialect DIALECT = OpenAiErrors::answer;

  static OpenAiErrors of(ApiException refused) {
    String sentence = refused.problem().detail();
    return switch (refused.status().intValue()) {
      case 401 -> error(sentence, "invalid_request_error", "invalid_api_key");
      case 403 -> error(sentence, "invalid_request_error", "insufficient_permissions");
      case 429 ->
          refused.isOverBudget()
              ? error(sentence, "insufficient_quota", "insufficient_quota")
              : error(sentence, "requests", "rate_limit_exceeded");
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

  private static HttpResponse answer(ApiException refused) {
    // OpenAI knows one status for whatever is wrong with a request, and its clients catch that one.
    StatusCode status =
        refused.status().equals(StatusCodes.UNPROCESSABLE_CONTENT)
            ? StatusCodes.BAD_REQUEST
            : refused.status();
    HttpResponse response = Responses.patient(refused, Responses.json(status, of(refused)));
    // OpenAI's clients send again what failed here; a picture that failed would be drawn thrice.
    return refused.status().intValue() == 500 || refused.isOverBudget()
        ? response.addHeader(RawHeader.create("x-should-retry", "false"))
        : response;
  }
}
