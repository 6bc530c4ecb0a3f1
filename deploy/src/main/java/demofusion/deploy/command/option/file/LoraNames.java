package demofusion.deploy.command.option.file;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.LoraList;
import demofusion.protocol.model.LoraUse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the command line gives for LoRAs: names, and files that become names.
 *
 * @param uses in the order of the command line, not looked up yet
 * @param files that were given in place of names
 */
public record LoraNames(List<LoraUse> uses, List<Path> files) {
  public LoraNames {
    uses = List.copyOf(uses);
    files = List.copyOf(files);
  }

  /**
   * @throws DemofusionException BAD_REQUEST if two files have one name, or a weight is no number
   */
  public static LoraNames of(List<String> texts) {
    List<LoraUse> uses = new ArrayList<>();
    Map<String, Path> files = new HashMap<>();
    for (String text : texts) {
      for (LoraList.Entry entry : entries(text)) {
        LoraList.Entry named = entry;
        if (NamedFile.isFile(entry.name())) {
          Path file = NamedFile.path(entry.name());
          named = entry.named(NamedFile.name(file));
          Path other = files.put(named.name(), file);
          if (other != null && !other.equals(file)) {
            throw DemofusionException.badRequest(
                "the LoRAs %s and %s have one name: rename one of them".formatted(other, file));
          }
        }
        uses.add(named.toUse());
      }
    }
    return new LoraNames(uses, files.values().stream().sorted().toList());
  }

  /** A picture's text has all of them in one; a file may have a comma in its name. */
  private static List<LoraList.Entry> entries(String text) {
    LoraList.Entry whole = LoraList.Entry.parse(text);
    return NamedFile.isFile(whole.name()) ? List.of(whole) : LoraList.parse(text).entries();
  }
}
