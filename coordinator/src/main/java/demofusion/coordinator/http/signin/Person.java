package demofusion.coordinator.http.signin;

import java.util.Set;

/**
 * Whom the provider knows.
 *
 * @param name its name for this person, as the farm's settings choose it
 * @param shown another one, for those who read it; or empty
 * @param groups that this person is in
 * @param idToken that says so
 */
public record Person(String name, String shown, Set<String> groups, String idToken) {
  public Person {
    groups = Set.copyOf(groups);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return name + " " + groups;
  }
}
