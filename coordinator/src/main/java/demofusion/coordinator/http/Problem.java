package demofusion.coordinator.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import org.apache.pekko.http.javadsl.model.StatusCode;

/**
 * Why a request was refused, as RFC 9457 wants it said: {@code application/problem+json}.
 *
 * @param type always about:blank, which means that status and code say it all
 * @param title the status in words
 * @param detail one sentence with the value, the bound and what to do
 * @param code for programs: a {@link demofusion.protocol.FailureCode} where there is one, else the
 *     title in capitals
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(String type, String title, int status, String detail, String code) {
  static final String BLANK = "about:blank";

  static Problem of(StatusCode status, String detail) {
    return of(status, detail, codeOf(status));
  }

  static Problem of(StatusCode status, String detail, String code) {
    return new Problem(BLANK, status.reason(), status.intValue(), detail, code);
  }

  private static String codeOf(StatusCode status) {
    return status.reason().toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", "_");
  }
}
