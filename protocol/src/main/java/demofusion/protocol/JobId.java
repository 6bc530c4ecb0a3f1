package demofusion.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Names one job, in characters that can stand in a folder's name and a log field; a string in JSON.
 */
public record JobId(@JsonValue String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public JobId {
    if (!isValid(value)) {
      throw new IllegalArgumentException(
          "job id \"" + value + "\" must be 1 to 80 letters, digits, dots, dashes or underscores");
    }
  }

  public static boolean isValid(String value) {
    return value.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  }

  @Override
  public String toString() {
    return value;
  }
}
