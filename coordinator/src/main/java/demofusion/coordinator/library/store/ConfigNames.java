package demofusion.coordinator.library.store;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.StoredConfig;
import java.util.regex.Pattern;

/** Which files there are in a folder of configurations: none that could lie anywhere else. */
public final class ConfigNames {
  private static final int MOST = 50;
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9_]{1,40}/)?[A-Za-z0-9_]{1,60}\\.(json|txt)");

  private ConfigNames() {}

  /** Whether a file of a folder, named relative to it with slashes, can be one of these. */
  public static boolean fits(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * @throws DemofusionException BAD_REQUEST, in one sentence
   */
  public static void require(StoredConfig config) {
    int count = config.files().size();
    if (count < 1 || count > MOST) {
      throw DemofusionException.badRequest(
          "a checkpoint must have between 1 and %s files of configuration, not %s"
              .formatted(MOST, count));
    }
    for (String name : config.files().keySet()) {
      if (!fits(name)) {
        throw DemofusionException.badRequest(
            "the configuration's file \"%s\" must be named like unet/config.json or merges.txt"
                .formatted(FileNames.shown(name)));
      }
    }
  }
}
