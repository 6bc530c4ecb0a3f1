package demofusion.deploy.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import demofusion.deploy.terminal.Printable;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Excerpt;
import demofusion.protocol.FailureCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as the API puts it (RFC 9457), or what can be made of an answer that is none.
 *
 * @param detail one sentence
 */
record ServerProblem(
    int status, @Nullable String title, @Nullable String detail, @Nullable String code) {
  private static final int LONGEST_DETAIL = 1_000;

  private static final int BAD_GATEWAY = 502;

  /** The coordinator is there soon: it is starting, or a proxy before it waits for it. */
  private static final Set<Integer> PASSING = Set.of(BAD_GATEWAY, 503, 504);

  static ServerProblem read(int status, String body, JsonMapper json) {
    try {
      ServerProblem read = json.readValue(body, ServerProblem.class);
      if (read != null) {
        return new ServerProblem(status, read.title, read.detail, read.code);
      }
    } catch (JsonProcessingException e) {
      // Not by a coordinator of ours; the status says enough.
    }
    return new ServerProblem(status, null, null, null);
  }

  /** A coordinator's own 502 says what an object store has lost, which no repetition finds. */
  boolean passes() {
    return PASSING.contains(status)
        && !(status == BAD_GATEWAY && FailureCode.STORAGE.name().equals(code));
  }

  /** One line, harmless and not too long, whoever wrote it. */
  String sentence(CoordinatorAddress address) {
    String said = detail != null && !detail.isBlank() ? detail : title;
    if (said == null || said.isBlank()) {
      return "the server at " + address + " answered with HTTP status " + status + meaning();
    }
    return Excerpt.of(Printable.line(said.strip()), LONGEST_DETAIL);
  }

  private String meaning() {
    return switch (status) {
      case 401 -> ": it requires a token, give one with --token-file";
      case 403 -> ": the token's role does not allow this";
      case 404 -> ": is that a demofusion coordinator?";
      case 413 -> ": the request is too large";
      default -> "";
    };
  }

  DemofusionException refusal(CoordinatorAddress address) {
    return new DemofusionException(failure(), sentence(address));
  }

  private FailureCode failure() {
    return switch (status) {
      case 404 -> FailureCode.NOT_FOUND;
      case 409 -> FailureCode.CONFLICT;
      case 429 ->
          FailureCode.OVER_BUDGET.name().equals(code)
              ? FailureCode.OVER_BUDGET
              : FailureCode.TOO_MUCH;
      case 408, 425 -> FailureCode.UNAVAILABLE; // nothing is wrong with what was asked for
      default -> status / 100 == 4 ? FailureCode.BAD_REQUEST : FailureCode.UNAVAILABLE;
    };
  }
}
