package demofusion.worker.model.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.protocol.GoldenData;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.model.ModelSource;
import demofusion.protocol.safetensors.SafetensorsFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A copy of the tiny model that a test may spoil. */
public final class CraftedFolder {
  static final String VAE_WEIGHTS = "vae/diffusion_pytorch_model.fp16.safetensors";
  static final String UNET_INDEX = "unet/diffusion_pytorch_model.safetensors.index.json";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  private CraftedFolder(Path folder) {
    this.folder = folder;
  }

  public static CraftedFolder copyOfTiny(Path folder) {
    return copy(GoldenData.tinySdxl(), folder);
  }

  public static CraftedFolder copy(Path tiny, Path folder) {
    try (Stream<Path> entries = Files.walk(tiny)) {
      for (Path entry : entries.toList()) {
        Path copy = folder.resolve(tiny.relativize(entry).toString());
        if (Files.isDirectory(entry)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(entry, copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CraftedFolder(folder);
  }

  Path path() {
    return folder;
  }

  public ModelFolder open() {
    return ModelFolder.open(ModelSource.of(folder));
  }

  /** Sets a key of a JSON file; the value is JSON too. */
  public CraftedFolder set(String file, String key, String value) {
    return edit(file, root -> root.set(key, parse(value)));
  }

  /** Random weights for whatever unet/config.json and vae/config.json say now. */
  public CraftedFolder fillWithRandomWeights() {
    delete(UNET_INDEX);
    delete(VAE_WEIGHTS);
    ConfigFile unet = ConfigFile.read(folder.resolve("unet/config.json"), "unet/config.json");
    ConfigFile vae = ConfigFile.read(folder.resolve("vae/config.json"), "vae/config.json");
    writeRandom("unet", UnetLayout.of(UnetConfig.read(unet, 128)));
    writeRandom("vae", VaeLayout.of(VaeConfig.read(vae)));
    return this;
  }

  /** Each tensor's values depend on its name only, so that a matrix and a 1x1 convolution agree. */
  private void writeRandom(String part, Layout layout) {
    LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
    layout
        .shapes()
        .forEach(
            (name, shape) -> {
              Random random = new Random(name.hashCode());
              Tensor tensor = Tensor.zeros(shape);
              boolean scale = name.contains("norm") && name.endsWith("weight");
              double deviation = 0.5 / Math.sqrt(Math.max(1, tensor.values().length / shape[0]));
              for (int n = 0; n < tensor.values().length; n++) {
                tensor.values()[n] = scale ? 1 : (float) (deviation * random.nextGaussian());
              }
              tensors.put(name, tensor);
            });
    try {
      SafetensorsFixture.write(
          folder.resolve(part).resolve("diffusion_pytorch_model.safetensors"), tensors, Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CraftedFolder remove(String file, String key) {
    return edit(file, root -> root.remove(key));
  }

  private CraftedFolder edit(String file, Consumer<ObjectNode> change) {
    ObjectNode root = (ObjectNode) parse(new String(read(file), StandardCharsets.UTF_8));
    change.accept(root);
    return write(file, root.toString().getBytes(StandardCharsets.UTF_8));
  }

  CraftedFolder write(String file, byte[] content) {
    try {
      Files.write(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  byte[] read(String file) {
    try {
      return Files.readAllBytes(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CraftedFolder delete(String file) {
    try (Stream<Path> entries = Files.walk(folder.resolve(file))) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  CraftedFolder rename(String from, String to) {
    try {
      Files.move(folder.resolve(from), folder.resolve(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  CraftedFolder truncate(String file, int bytes) {
    byte[] content = read(file);
    return write(file, Arrays.copyOf(content, content.length - bytes));
  }

  /** Rewrites a safetensors header; the values stay as they are. */
  CraftedFolder editHeader(String file, UnaryOperator<String> change) {
    byte[] content = read(file);
    int length = (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(content, Long.BYTES, length, StandardCharsets.UTF_8);
    byte[] changed = change.apply(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer spoiled =
        ByteBuffer.allocate(content.length - length + changed.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    spoiled.putLong(changed.length).put(changed);
    spoiled.put(content, Long.BYTES + length, content.length - Long.BYTES - length);
    return write(file, spoiled.array());
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
