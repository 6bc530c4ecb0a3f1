package demofusion.worker.model.random;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.safetensors.DType;
import demofusion.protocol.safetensors.SafetensorsWriter;
import demofusion.worker.model.file.ModelFiles;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.Layout;
import demofusion.worker.model.folder.ModelFamily;
import demofusion.worker.model.folder.ModelFamily.TextPart;
import demofusion.worker.model.text.ClipVocabulary;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A model of true size made on the spot: the configurations of a folder, tokenizers that ship, and
 * weights of {@link RandomWeights}, written once as a diffusers folder in float16. It draws noise,
 * but every shape, rate and byte is that of the model which was trained.
 */
public final class RandomModel {
  private static final String INDEX = "model_index.json";
  private static final Map<String, String> METADATA = Map.of("format", "pt");
  private static final long SMALL_FILES = 16 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path configurations;
  private final ModelFiles files;
  private final ModelFamily family;
  private final Architecture model;
  private final long seed;

  private RandomModel(Path configurations, long seed) {
    this.configurations = configurations;
    this.files = ModelFiles.of(configurations);
    this.family = ModelFamily.of(configurations);
    this.model = Architecture.read(ModelSource.of(configurations));
    this.seed = seed;
  }

  /**
   * The model's folder, which is written unless it is there.
   *
   * @param configurations a model folder of which only the configurations need be there
   * @param scratch where the folder goes, under a name of its own
   * @param seed of all weights
   * @throws DemofusionException DISK_FULL with what is missing, STORAGE if it cannot be written;
   *     then nothing is left of it
   */
  public static Path folder(Path configurations, Path scratch, long seed) {
    RandomModel wanted = new RandomModel(configurations, seed);
    Path folder = scratch.resolve(wanted.model.name() + "-random-" + seed);
    if (!Files.isDirectory(folder)) {
      wanted.write(folder);
    }
    return folder;
  }

  /** Of the weights' files. */
  public static long bytes(Architecture model) {
    return Short.BYTES * (model.parametersWithoutVae() + model.vaeParameters());
  }

  private void write(Path folder) {
    Path aside =
        folder.resolveSibling("." + folder.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.createDirectories(folder.resolveSibling("."));
      requireRoom(folder.resolveSibling("."));
      Files.createDirectory(aside);
      writeAll(aside);
      Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(aside);
      if (!Files.isDirectory(folder)) { // or another process was as quick
        throw SafeFile.failure(folder + " could not be written", e);
      }
    } catch (RuntimeException e) {
      remove(aside);
      throw e;
    }
  }

  private void requireRoom(Path scratch) throws IOException {
    long wanted = bytes(model) + SMALL_FILES;
    long free = Files.getFileStore(scratch).getUsableSpace();
    if (free < wanted) {
      throw new DemofusionException(
          FailureCode.DISK_FULL,
          String.format(
              Locale.ROOT,
              "%s has %.1f GB free, and a model of %s's size with random weights takes %.1f GB:"
                  + " make room, or choose another folder",
              scratch.normalize(),
              free / 1e9,
              model.name(),
              wanted / 1e9));
    }
  }

  private void writeAll(Path aside) throws IOException {
    copy("scheduler/scheduler_config.json", aside);
    if (files.has(INDEX)) {
      copy(INDEX, aside);
    } else {
      write(aside.resolve(INDEX), JSON.writeValueAsBytes(index()));
    }
    List<Layout> towers = model.towerLayouts();
    for (int n = 0; n < towers.size(); n++) {
      TextPart text = family.texts().get(n);
      tokenizer(text.tokenizer(), n, aside);
      part(text.encoder(), "model", towers.get(n), aside);
    }
    part("unet", "diffusion_pytorch_model", model.unetLayout(), aside);
    part("vae", "diffusion_pytorch_model", model.vaeLayout(), aside);
  }

  private ObjectNode index() {
    ObjectNode index = JSON.createObjectNode().put("_class_name", family.pipeline());
    index.putArray("scheduler").add("diffusers").add("EulerDiscreteScheduler");
    for (TextPart text : family.texts()) {
      String tower = text.projected() ? "CLIPTextModelWithProjection" : "CLIPTextModel";
      index.putArray(text.encoder()).add("transformers").add(tower);
      index.putArray(text.tokenizer()).add("transformers").add("CLIPTokenizer");
    }
    index.putArray("unet").add("diffusers").add("UNet2DConditionModel");
    index.putArray("vae").add("diffusers").add("AutoencoderKL");
    return index;
  }

  /** The folder's own, or that which ships. */
  private void tokenizer(String name, int number, Path aside) throws IOException {
    Path own = configurations.resolve(name);
    if (Files.isDirectory(own)) {
      try (Stream<Path> entries = Files.list(own)) {
        for (Path entry : entries.sorted().toList()) {
          copy(name + "/" + entry.getFileName(), aside);
        }
      }
      return;
    }
    String pad = number == 0 ? ClipVocabulary.END_OF_TEXT : ClipVocabulary.EXCLAMATION_MARK;
    for (Map.Entry<String, byte[]> file : ClipVocabulary.files(pad).entrySet()) {
      write(aside.resolve(name).resolve(file.getKey()), file.getValue());
    }
  }

  private void part(String name, String stem, Layout layout, Path aside) throws IOException {
    copy(name + "/config.json", aside);
    RandomWeights weights = new RandomWeights(seed);
    Map<String, SafetensorsWriter.Raw> tensors = new LinkedHashMap<>();
    layout
        .shapes()
        .forEach(
            (tensor, shape) ->
                tensors.put(
                    tensor,
                    new SafetensorsWriter.Raw(
                        DType.F16,
                        Arrays.stream(shape).asLongStream().toArray(),
                        () -> weights.of(name + "/" + tensor, shape))));
    Path file = aside.resolve(name).resolve(stem + ".safetensors");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      SafetensorsWriter.copy(channel, tensors, METADATA);
    }
  }

  private void copy(String name, Path aside) throws IOException {
    write(aside.resolve(name), files.read(name));
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.write(file, content, StandardOpenOption.CREATE_NEW);
  }

  private static void remove(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    } catch (IOException ignored) {
      // It lies under no name that anyone reads.
    }
  }
}
