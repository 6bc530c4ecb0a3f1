package demofusion.deploy.model;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of a farm's models somebody means who gives a path, as the commands that draw on this
 * machine take it: the one with the same content, where its folder or file is here, else the one
 * with the same name.
 */
public final class FarmModelName {
  private static final Logger LOG = LoggerFactory.getLogger(FarmModelName.class);

  private FarmModelName() {}

  /**
   * @param text a name, a hash or a path, and perhaps @PRECISION and @DEVICE
   * @param say where a sentence goes before weights are read, which takes a while
   * @return what the coordinator knows models by; the text itself if it is no path
   */
  public static String of(String text, Consumer<String> say) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      return text;
    }
    int at = text.indexOf('@', slash);
    String typed = at < 0 ? text : text.substring(0, at);
    String terms = at < 0 ? "" : text.substring(at);
    Path folder = Path.of(typed).toAbsolutePath().normalize();
    if (folder.getFileName() == null) {
      return text;
    }
    String name = HubCache.nameOf(folder);
    if (!Files.exists(folder)) {
      return name + terms;
    }
    try {
      ModelFolder model = ModelFolder.open(ModelSource.of(folder));
      say.accept("reading " + typed + " to find the same model on the farm");
      return model.hash() + terms;
    } catch (DemofusionException e) {
      LOG.debug("event=model-not-read folder={}", folder, e);
      return name + terms; // it may be another folder here than on the workers
    }
  }
}
