package demofusion.protocol;

/** Names one job, in characters that can stand in a folder's name and a log field. */
public record JobId(String value) {
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
