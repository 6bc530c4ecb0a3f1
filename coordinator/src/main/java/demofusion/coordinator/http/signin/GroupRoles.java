package demofusion.coordinator.http.signin;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.Role;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which role a provider's groups have here.
 *
 * @param roles by the groups' names
 */
public record GroupRoles(Map<String, Role> roles) {
  public GroupRoles {
    roles = Map.copyOf(roles);
  }

  /**
   * Reads {@code GROUP=ROLE}, in which {@code %2C} stands for a comma and {@code %25} for a percent
   * sign.
   *
   * @param setting its name, for people
   * @throws DemofusionException BAD_REQUEST
   */
  public static GroupRoles parse(String setting, List<String> entries) {
    Map<String, Role> roles = new TreeMap<>();
    for (String entry : entries) {
      int equals = entry.lastIndexOf('=');
      String group = entry.substring(0, Math.max(equals, 0)).strip();
      if (group.isEmpty()) {
        throw DemofusionException.badRequest(
            "%s \"%s\" must be GROUP=ROLE, with one of the roles view, submit and operate (in a group's name write %%2C for a comma)"
                .formatted(setting, entry));
      }
      String name = group.replace("%2C", ",").replace("%2c", ",").replace("%25", "%");
      if (roles.put(name, role(setting, entry, equals)) != null) {
        throw DemofusionException.badRequest(
            "%s names the group \"%s\" twice; give it one role".formatted(setting, name));
      }
    }
    return new GroupRoles(roles);
  }

  private static Role role(String setting, String entry, int equals) {
    Role role;
    try {
      role = Role.parse(entry.substring(equals + 1).strip());
    } catch (DemofusionException e) {
      throw DemofusionException.badRequest(
          "%s \"%s\": %s".formatted(setting, entry, e.userMessage()));
    }
    if (role == Role.WORK) {
      throw DemofusionException.badRequest(
          "%s \"%s\": people may have the roles view, submit and operate; workers join with tokens"
              .formatted(setting, entry));
    }
    return role;
  }

  /** The highest role of any of the groups; empty if none has one. */
  public Optional<Role> of(Collection<String> groups) {
    return groups.stream()
        .flatMap(group -> Optional.ofNullable(roles.get(group)).stream())
        .max(Comparator.naturalOrder());
  }
}
