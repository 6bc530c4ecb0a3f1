package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;

/**
 * Why a request was refused, as RFC 9457 wants it said: {@code application/problem+json}.
 *
 * @param code for programs: a {@link demofusion.protocol.FailureCode} where there is one, else the
 *     title in capitals
 */
@Schema("Why a request failed (RFC 9457).")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    @Schema(rules = "const: 'about:blank'") String type,
    @Schema("The status in words.") String title,
    @Schema(rules = "minimum: 400, maximum: 599") int status,
    @Schema("One sentence with the value, the bound and what to do.") String detail,
    @Schema(value = "For programs.", rules = "pattern: '^[A-Z_]+$'") String code) {
  public static final String BLANK = "about:blank";

  /**
   * @param title HTTP's reason phrase for the status; the code is made of it
   */
  public static Problem of(int status, String title, String detail) {
    return of(status, title, detail, title.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", "_"));
  }

  public static Problem of(int status, String title, String detail, String code) {
    return new Problem(BLANK, title, status, detail, code);
  }
}
