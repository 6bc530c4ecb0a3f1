package demofusion.protocol.api;

import com.fasterxml.jackson.annotation.JsonValue;
import demofusion.protocol.DemofusionException;
import java.util.Locale;

/** What a token allows; each allows what the one before it does. */
public enum Role {
  /** May see its own jobs, and the workers. */
  VIEW,
  /** May also submit jobs, and stop its own. */
  SUBMIT,
  /** May also see and stop everyone's jobs, and drain and resume workers. */
  OPERATE;

  /**
   * @throws DemofusionException BAD_REQUEST
   */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.toString().equals(text)) {
        return role;
      }
    }
    throw DemofusionException.badRequest("role \"" + text + "\" must be view, submit or operate");
  }

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /** As it is written in a tokens file. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
