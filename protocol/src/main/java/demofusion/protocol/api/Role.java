package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import java.util.Locale;

/**
 * What a token allows. The first three are a ladder: each allows what the one before it does.
 * {@link #WORK} is no rung of it, for a rented machine that draws is nobody's confidant.
 */
public enum Role {
  /** May see its own jobs, and the workers. */
  VIEW,
  /** May also submit jobs, and stop its own. */
  SUBMIT,
  /** May also see and stop everyone's jobs, and drain and resume workers. */
  OPERATE,
  /** May join as a worker, and do nothing else. */
  WORK;

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.toString().equals(text)) {
        return role;
      }
    }
    throw DemofusionException.badRequest(
        "role \"" + text + "\" must be view, submit, operate or work");
  }

  public boolean includes(Role other) {
    boolean onTheLadder = this != WORK && other != WORK;
    return onTheLadder ? compareTo(other) >= 0 : this == other;
  }

  /** As it is written in a tokens file. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
