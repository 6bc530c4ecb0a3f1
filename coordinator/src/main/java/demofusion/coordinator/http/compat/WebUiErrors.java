package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.body.ApiException;
import demofusion.coordinator.http.body.Dialect;
import demofusion.coordinator.http.body.Responses;
import demofusion.protocol.api.Schema;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Refusals as WebUI's own handler of exceptions writes them.
 *
 * @param error the kind; clients show it before the detail
 * @param detail one sentence
 * @param body always empty
 * @param errors the same sentence, since some clients show this one
 */
@Schema(name = "WebUiError")
record WebUiErrors(
    String error,
    @Schema("One sentence.") String detail,
    String body,
    @Schema("The same sentence.") String errors) {
  static final Dialect DIALECT = WebUiErrors::answer;

  static WebUiErrors of(ApiException refused) {
    String sentence = refused.problem().detail();
    return new WebUiErrors(refused.problem().title(), sentence, "", sentence);
  }

  private static HttpResponse answer(ApiException refused) {
    return Responses.patient(refused, Responses.json(refused.status(), of(refused)));
  }
}
