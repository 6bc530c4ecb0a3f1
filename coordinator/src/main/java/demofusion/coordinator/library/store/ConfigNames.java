package demofusion.coordinator.library.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.ApiJson;
import demofusion.protocol.api.StoredConfig;
import demofusion.protocol.api.request.RecommendedSettings;
import demofusion.protocol.model.ModelSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files there are in a folder of configurations: none that could lie anywhere else. One of
 * them may be what is recommended for the model, which is no part of its configuration.
 */
public final class ConfigNames {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigNames.class);

  /** What a checkpoint recommends where a request is silent. */
  public static final String SETTINGS = "demofusion.json";

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
    String settings = config.files().get(SETTINGS);
    if (settings != null) {
      requireSettings(settings);
    }
  }

  private static void requireSettings(String text) {
    try {
      if (ApiJson.lenient().readTree(text) instanceof ObjectNode json) {
        ModelSettings fitting = RecommendedSettings.of(RecommendedSettings.values(json));
        LOG.debug("event=settings-came settings=\"{}\"", fitting.words());
        return;
      }
      throw DemofusionException.badRequest(SETTINGS + " must be a JSON object");
    } catch (JsonProcessingException e) {
      throw DemofusionException.badRequest(SETTINGS + " is no JSON: " + e.getOriginalMessage());
    }
  }

  /** What is kept: recommendations that come alone leave the configurations that there were. */
  static StoredConfig over(StoredConfig before, StoredConfig now) {
    if (!now.files().keySet().equals(Set.of(SETTINGS))) {
      return now;
    }
    Map<String, String> files = new HashMap<>(before.files());
    files.putAll(now.files());
    return new StoredConfig(files);
  }
}
