package demofusion.deploy.sharing;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import demofusion.worker.when.WeeklyHours;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who comes before the farm, as the options of a worker say it. */
public final class CardOwners {
  private static final String FILE = "file:";
  private static final String COMMAND = "command:";
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private CardOwners() {}

  /**
   * All that {@code --when} and {@code --yield-to} name; empty if the card is the farm's, always.
   *
   * @param zone of the hours
   * @throws DemofusionException BAD_REQUEST, in one sentence, for what cannot be read
   */
  public static Optional<CardOwner> of(Settings settings, ZoneId zone) {
    List<CardOwner> owners = new ArrayList<>();
    settings
        .find(Setting.WHEN)
        .ifPresent(text -> owners.add(new OwnersHours(WeeklyHours.parse(text), text, zone)));
    for (String text : settings.list(Setting.YIELD_TO)) {
      owners.add(owner(text, settings.name(Setting.YIELD_TO)));
    }
    return owners.isEmpty() ? Optional.empty() : Optional.of(CardOwner.anyOf(owners));
  }

  private static CardOwner owner(String text, String option) {
    if (text.startsWith(FILE) && text.length() > FILE.length()) {
      return new BusyFile(Path.of(text.substring(FILE.length())));
    }
    if (text.startsWith(COMMAND) && !text.substring(COMMAND.length()).isBlank()) {
      return new BusyCommand(text.substring(COMMAND.length()), ANSWER);
    }
    throw DemofusionException.badRequest(
        "%s %s is neither file:PATH nor command:WORDS: name a file that is there while the card is wanted, or a command that succeeds then"
            .formatted(option, text));
  }
}
