package demofusion.deploy.sharing;

import java.util.Optional;

/** Somebody who says beforehand that this machine goes away. */
public interface LeaveNotice {
  /** What is announced, in words; empty: nothing yet, or nobody could say. */
  Optional<String> given();
}
