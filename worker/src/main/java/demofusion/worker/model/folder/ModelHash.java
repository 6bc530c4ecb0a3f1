package demofusion.worker.model.folder;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import demofusion.worker.model.file.HashCache;
import demofusion.worker.model.tensor.TensorView;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What a model is, as one SHA-256: configurations by what they mean rather than by their bytes, and
 * each tensor's name, type, shape and contents as a folder has them. So a folder and a single file
 * of the same weights are one model, wherever they lie; any changed bit makes another.
 *
 * <p>Each tensor is hashed by itself, on all cores and in the order of the files, and the hash of
 * the model is that of the list.
 */
final class ModelHash {
  /** Changes when the list does, so that no two ways of making it can be taken for each other. */
  private static final String VERSION = "demofusion model 2";

  /** What a scheduler's configuration means where it is silent; so folders of two ages agree. */
  private static final Map<String, Object> SCHEDULER_DEFAULTS =
      Map.of(
          "prediction_type",
          "epsilon",
          "rescale_betas_zero_snr",
          false,
          "use_karras_sigmas",
          false,
          "interpolation_type",
          "linear");

  private static final long PIECE_BYTES = 64L << 20;

  private ModelHash() {}

  /** In hexadecimal. */
  static String of(ModelFolder model, HashCache cache) {
    MessageDigest list = Sha256.digest();
    add(list, VERSION);
    add(list, configurations(model));
    model.tokenizers().forEach(tokenizer -> list.update(tokenizer.identity()));
    add(list, tensors(model, cache));
    return HexFormat.of().formatHex(list.digest());
  }

  private static String tensors(ModelFolder model, HashCache cache) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (ModelFolder.Part<?> part : model.parts()) {
      for (String name : part.weights().layout().shapes().keySet()) {
        tensors.add(new NamedTensor(part.name() + "/" + name, part.weights().tensor(name)));
      }
    }
    tensors.sort(Comparator.comparing(NamedTensor::name));
    String places =
        tensors.stream()
            .map(tensor -> tensor.described() + tensor.view().name() + tensor.view().offset())
            .collect(Collectors.joining("\n", VERSION, ""));
    Collection<Path> files =
        tensors.stream()
            .map(tensor -> tensor.view().file())
            .collect(Collectors.toCollection(TreeSet::new));
    return cache.get(places, files, () -> hash(tensors));
  }

  private static String hash(List<NamedTensor> sorted) {
    Map<String, byte[]> hashes = hashes(sorted);
    MessageDigest list = Sha256.digest();
    for (NamedTensor tensor : sorted) {
      add(list, tensor.described());
      list.update(hashes.getOrDefault(tensor.name(), new byte[0]));
    }
    return HexFormat.of().formatHex(list.digest());
  }

  /** Of a whole file as other programs reckon it, in hexadecimal. */
  static String ofFile(Path file, HashCache cache) {
    return cache.get("whole file", List.of(file), () -> hash(file));
  }

  private static String hash(Path file) {
    MessageDigest digest = Sha256.digest();
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      for (long from = 0; from < size; from += PIECE_BYTES) {
        digest.update(
            channel.map(FileChannel.MapMode.READ_ONLY, from, Math.min(PIECE_BYTES, size - from)));
      }
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.BAD_MODEL, file + " cannot be read: " + SafeFile.reason(e), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private record NamedTensor(String name, TensorView view) {
    String described() {
      return name + "\0" + view.stored() + Arrays.toString(view.shape());
    }
  }

  private static Map<String, byte[]> hashes(List<NamedTensor> tensors) {
    Map<String, byte[]> hashes = new ConcurrentHashMap<>();
    Comparator<NamedTensor> byPlace =
        Comparator.comparing((NamedTensor tensor) -> tensor.view().file())
            .thenComparingLong(tensor -> tensor.view().offset());
    tensors.stream().sorted(byPlace).toList().parallelStream()
        .forEach(
            tensor -> {
              MessageDigest digest = Sha256.digest();
              digest.update(tensor.view().content().get());
              hashes.put(tensor.name(), digest.digest());
            });
    return hashes;
  }

  private static void add(MessageDigest list, String line) {
    list.update((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What no tensor's shape says. What comes to be known of later is added only where it is not as
   * it always was, or every model would become another.
   */
  private static String configurations(ModelFolder model) {
    StringBuilder said = new StringBuilder();
    said.append(model.family().pipeline()).append(' ');
    said.append(model.forceZerosForEmptyPrompt()).append('\n');
    UnetConfig unet = model.unet().config();
    said.append(unet.sampleSize()).append(' ').append(heads(unet)).append(' ');
    said.append(unet.groups()).append(' ').append(unet.epsilon()).append(' ');
    said.append(unet.timeIdsWidth()).append(' ').append(unet.upcastAttention()).append(' ');
    said.append(unet.cosineFirst()).append(' ').append(unet.frequencyShift()).append('\n');
    for (ModelFolder.Part<TextTowerConfig> part : model.towers()) {
      TextTowerConfig tower = part.config();
      said.append(tower.heads()).append(' ').append(tower.epsilon()).append(' ');
      said.append(tower.quickGelu()).append(' ').append(tower.endOfTextId()).append('\n');
    }
    VaeConfig vae = model.vae().config();
    said.append(vae.groups()).append(' ').append(vae.forceUpcast()).append(' ');
    said.append(Arrays.toString(vae.latentScale())).append(Arrays.toString(vae.latentShift()));
    said.append('\n');
    new TreeMap<>(model.scheduler().values())
        .forEach(
            (key, value) -> {
              boolean isNote = key.startsWith("_") && !key.equals("_class_name");
              if (!isNote && !value.equals(SCHEDULER_DEFAULTS.get(key))) {
                said.append(key).append(' ').append(number(value)).append('\n');
              }
            });
    return said.toString();
  }

  private static List<Integer> heads(UnetConfig unet) {
    List<UnetConfig.Block> blocks = new ArrayList<>(unet.down());
    blocks.add(unet.middle());
    blocks.addAll(unet.up());
    return blocks.stream().map(UnetConfig.Block::heads).toList();
  }

  /** JSON has one sort of numbers: 1000 is 1000.0. */
  private static Object number(Object value) {
    return value instanceof Number number ? number.doubleValue() : value;
  }
}
