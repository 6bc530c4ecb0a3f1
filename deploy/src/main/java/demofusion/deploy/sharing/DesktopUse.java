package demofusion.deploy.sharing;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Somebody sits at this machine's desktop, as systemd-logind knows it: a graphical session of its
 * own screen that is in front, not locked, and of which the desktop does not say that it is idle
 * (IdleHint). Where logind cannot be asked the card counts as wanted: the owner comes first.
 *
 * @param loginctl the program that asks
 */
record DesktopUse(String loginctl, Duration patience) implements CardOwner {
  private static final Set<String> GRAPHICAL = Set.of("x11", "wayland", "mir");
  private static final List<String> PROPERTIES =
      List.of("Id", "Name", "Type", "Class", "State", "Remote", "IdleHint", "LockedHint");

  @Override
  public Optional<String> wants(Instant now) {
    try {
      return inUse();
    } catch (IOException first) {
      try {
        return inUse(); // a session may have ended between the two questions
      } catch (IOException e) {
        return Optional.of("systemd-logind cannot be asked: " + e.getMessage());
      }
    }
  }

  /**
   * Who it is; empty: nobody.
   *
   * @throws IOException in words, if logind cannot be asked
   */
  Optional<String> inUse() throws IOException {
    List<String> ids =
        CommandOutput.of(List.of(loginctl, "--no-legend", "--no-pager", "list-sessions"), patience)
            .lines()
            .map(line -> line.strip().split("\\s+", 2)[0])
            .filter(id -> !id.isEmpty())
            .toList();
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    List<String> question = new ArrayList<>(List.of(loginctl, "--no-pager", "show-session"));
    PROPERTIES.forEach(property -> question.add("--property=" + property));
    question.addAll(ids);
    return Stream.of(CommandOutput.of(question, patience).split("\\R\\s*\\R", -1))
        .map(DesktopUse::properties)
        .filter(DesktopUse::isUsed)
        .map(
            session ->
                "%s is at the desktop (session %s)"
                    .formatted(session.get("Name"), session.get("Id")))
        .findFirst();
  }

  private static Map<String, String> properties(String text) {
    Map<String, String> properties = new HashMap<>();
    text.lines()
        .map(line -> line.split("=", 2))
        .filter(parts -> parts.length == 2)
        .forEach(parts -> properties.put(parts[0].strip(), parts[1].strip()));
    return properties;
  }

  private static boolean isUsed(Map<String, String> session) {
    return GRAPHICAL.contains(session.getOrDefault("Type", ""))
        && session.getOrDefault("Class", "").startsWith("user")
        && session.getOrDefault("State", "").equals("active")
        && !session.getOrDefault("Remote", "").equals("yes")
        && !session.getOrDefault("IdleHint", "").equals("yes")
        && !session.getOrDefault("LockedHint", "").equals("yes");
  }
}
