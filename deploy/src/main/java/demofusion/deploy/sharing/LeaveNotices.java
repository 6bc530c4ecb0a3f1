package demofusion.deploy.sharing;

import demofusion.deploy.config.Setting;
import demofusion.deploy.config.Settings;
import demofusion.protocol.DemofusionException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who announces that a worker's machine goes away, as {@code --leave-on} says it. */
public final class LeaveNotices {
  private static final String SHUTDOWN = "shutdown";
  private static final String FILE = "file:";

  private LeaveNotices() {}

  /**
   * All that are named.
   *
   * @throws DemofusionException BAD_REQUEST, in one sentence, for what cannot be read
   */
  public static List<LeaveNotice> of(Settings settings) {
    return settings.list(Setting.LEAVE_ON).stream()
        .map(text -> notice(text, settings.name(Setting.LEAVE_ON), Machine.real()))
        .toList();
  }

  static LeaveNotice notice(String text, String option, Machine machine) {
    if (text.equals(SHUTDOWN)) {
      return ShutdownNotice.on(machine, option);
    }
    Optional<MetadataService> cloud =
        Arrays.stream(MetadataService.values())
            .filter(
                each ->
                    each != MetadataService.ANY
                        && each.name().toLowerCase(Locale.ROOT).equals(text))
            .findFirst();
    if (cloud.isPresent()) {
      return new AskedNotice(cloud.get(), cloud.get().host());
    }
    if (text.startsWith(FILE) && text.length() > FILE.length()) {
      Path file = Path.of(text.substring(FILE.length()));
      return () -> Files.exists(file) ? Optional.of(file + " is there") : Optional.empty();
    }
    if (text.matches("https?://[^/\\s]+\\S*")) {
      try {
        return new AskedNotice(MetadataService.ANY, URI.create(text));
      } catch (IllegalArgumentException e) {
        // refused below
      }
    }
    throw DemofusionException.badRequest(
        "%s %s is none of aws, gcp, azure, shutdown, file:PATH and http://URL: name the cloud, a file that is there when the worker is to leave, or a URL that answers 200 then"
            .formatted(option, text));
  }
}
