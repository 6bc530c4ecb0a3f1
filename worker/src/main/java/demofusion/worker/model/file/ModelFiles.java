package demofusion.worker.model.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The small files of a model by their names within it, such as {@code unet/config.json}: those of a
 * diffusers folder, or those that stand for one where the model is a single file.
 */
public interface ModelFiles {
  boolean has(String name);

  /**
   * @throws DemofusionException BAD_MODEL in one sentence if it is not there or too large
   */
  byte[] read(String name);

  /** How sentences call the file. */
  String title(String name);

  default ObjectNode object(String name) {
    return ModelFile.object(read(name), title(name));
  }

  default List<String> lines(String name) {
    return ModelFile.lines(read(name), title(name));
  }

  /** Those of a folder within it. */
  default ModelFiles under(String folder) {
    return new FilesUnder(this, folder + "/");
  }

  /** The same but for one file. */
  default ModelFiles with(String name, byte[] content) {
    return new FilesWith(this, name, content);
  }

  /** A folder's, which sentences call by their paths. */
  static ModelFiles of(Path folder) {
    return new FolderFiles(folder);
  }

  /** What is not on the disk, by their names. */
  static ModelFiles of(Map<String, byte[]> files) {
    return new MadeFiles(Map.copyOf(files));
  }

  /** Files of a folder. */
  record FolderFiles(Path folder) implements ModelFiles {
    @Override
    public boolean has(String name) {
      return Files.isRegularFile(folder.resolve(name));
    }

    @Override
    public byte[] read(String name) {
      return ModelFile.read(folder.resolve(name), title(name));
    }

    @Override
    public String title(String name) {
      return folder.resolve(name).toString();
    }
  }

  /** Files that a program made. */
  record MadeFiles(Map<String, byte[]> files) implements ModelFiles {
    @Override
    public boolean has(String name) {
      return files.containsKey(name);
    }

    @Override
    public byte[] read(String name) {
      byte[] content = files.get(name);
      if (content == null) {
        throw DemofusionException.badModel("the model has no " + name);
      }
      return content;
    }

    @Override
    public String title(String name) {
      return name;
    }
  }

  /** Files of a folder within another. */
  record FilesUnder(ModelFiles all, String prefix) implements ModelFiles {
    @Override
    public boolean has(String name) {
      return all.has(prefix + name);
    }

    @Override
    public byte[] read(String name) {
      return all.read(prefix + name);
    }

    @Override
    public String title(String name) {
      return all.title(prefix + name);
    }
  }

  /** Files of which one is replaced. */
  record FilesWith(ModelFiles others, String replaced, byte[] content) implements ModelFiles {
    @Override
    public boolean has(String name) {
      return name.equals(replaced) || others.has(name);
    }

    @Override
    public byte[] read(String name) {
      return name.equals(replaced) ? content.clone() : others.read(name);
    }

    @Override
    public String title(String name) {
      return others.title(name);
    }
  }
}
