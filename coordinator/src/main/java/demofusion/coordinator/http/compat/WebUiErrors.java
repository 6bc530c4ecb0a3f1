package demofusion.coordinator.http.compat;

import demofusion.coordinator.http.Answers;
import demofusion.coordinator.http.Dialect;
import demofusion.coordinator.http.Refused;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Refusals as WebUI's own handler of exceptions writes them.
 *
 * @param error the kind; clients show it before the detail
 * @param detail one sentence
 * @param body always empty
 * @param errors the same sentence, since some clients show this one
 */
record WebUiErrors(String error, String detail, String body, String errors) {
  static final Dialect DIALECT = WebUiErrors::answer;

  static WebUiErrors of(Refused refused) {
    String sentence = refused.problem().detail();
    return new WebUiErrors(refused.problem().title(), sentence, "", sentence);
  }

  private static HttpResponse answer(Refused refused) {
    return Answers.json(refused.status(), of(refused));
  }
}
