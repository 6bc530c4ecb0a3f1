package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import demofusion.worker.model.tensor.TensorView;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a model as a diffusers folder: the same configurations, the same tensors in the types that
 * they have, a part a file. There is the whole folder in the end or none.
 */
public final class FolderWriter {
  /** Without it transformers takes a file for one of another library. */
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final ModelFolder model;
  private final Path aside;

  private FolderWriter(ModelFolder model, Path aside) {
    this.model = model;
    this.aside = aside;
  }

  /**
   * @throws DemofusionException BAD_REQUEST if there is something under that name, STORAGE or
   *     DISK_FULL if it cannot be written; then nothing is left of it
   */
  public static void write(ModelFolder model, Path target) {
    Path folder = target.toAbsolutePath().normalize();
    Path parent = folder.getParent();
    if (parent == null || Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw DemofusionException.badRequest(
          target + " is there already, and is not overwritten: give a folder that does not exist");
    }
    if (!Files.isDirectory(parent)) {
      throw DemofusionException.badRequest("there is no folder " + parent + " to make it in");
    }
    Path aside = null;
    try {
      aside =
          Files.createDirectory(
              parent.resolve("." + folder.getFileName() + "." + ProcessHandle.current().pid()));
      new FolderWriter(model, aside).writeAll();
      Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
      SafeFile.syncFolder(parent);
    } catch (IOException e) {
      remove(aside);
      throw SafeFile.failure(target + " could not be written", e);
    } catch (RuntimeException e) {
      remove(aside);
      throw e;
    }
  }

  private void writeAll() throws IOException {
    copy(PipelineIndex.FILE);
    copy("scheduler/scheduler_config.json");
    List<ModelFamily.TextPart> texts = model.family().texts();
    for (int n = 0; n < texts.size(); n++) {
      for (String file : model.tokenizers().get(n).files()) {
        copy(texts.get(n).tokenizer() + "/" + file);
      }
      write(model.towers().get(n), "model");
    }
    write(model.unet(), "diffusion_pytorch_model");
    write(model.vae(), "diffusion_pytorch_model");
  }

  private void copy(String name) throws IOException {
    byte[] content = model.files().read(name);
    Path file = aside.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    SafeFile.write(file, content);
  }

  private void write(ModelFolder.Part<?> part, String stem) throws IOException {
    copy(part.name() + "/config.json");
    Map<String, SafetensorsWriter.Raw> tensors = new LinkedHashMap<>();
    for (String name : part.weights().layout().shapes().keySet()) {
      TensorView tensor = part.weights().tensor(name);
      tensors.put(
          name, new SafetensorsWriter.Raw(tensor.stored(), tensor.shape(), tensor.content()));
    }
    Path file = aside.resolve(part.name()).resolve(stem + ".safetensors");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SafetensorsWriter.copy(channel, tensors, METADATA);
      channel.force(true);
    }
  }

  private static void remove(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    List<Path> all = new ArrayList<>();
    try (Stream<Path> entries = Files.walk(folder)) {
      entries.sorted(Comparator.reverseOrder()).forEach(all::add);
      for (Path entry : all) {
        Files.delete(entry);
      }
    } catch (IOException ignored) {
      // It lies under no name that anyone reads.
    }
  }
}
