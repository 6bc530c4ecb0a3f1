package demofusion.coordinator.store;

import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import demofusion.protocol.work.NamedTensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an IP-Adapter has made of its pictures, in a job's folder (conditioning section 4.4), so
 * that a job that is taken up again need not have it made again. The file is known by the hash of
 * adapter, encoder and pictures, which is in its name and in it, and has a checksum; one that is
 * not what it should be is as one that is not there.
 */
final class ImageTokenFile {
  private static final Logger LOG = LoggerFactory.getLogger(ImageTokenFile.class);
  private static final String POSITIVE = "positive/";
  private static final String NEGATIVE = "negative/";
  private static final String WORKER = "worker";
  static final String PREFIX = "tokens-";

  private ImageTokenFile() {}

  private static Path path(Path folder, AssetId id) {
    return folder.resolve(id.value().replace(' ', '-') + ".safetensors");
  }

  static void write(Path folder, JobFolder.ImageTokens tokens) {
    Map<String, Samples> tensors = new HashMap<>();
    add(tensors, POSITIVE, tokens.asset().positive());
    NamedTensors negative = tokens.asset().negative();
    if (negative != null) {
      add(tensors, NEGATIVE, negative);
    }
    RenderState state = new RenderState(tensors, Map.of(WORKER, tokens.worker()));
    AssetId id = tokens.asset().id();
    PhaseLatents.writeState(path(folder, id), state, id.value());
  }

  private static void add(Map<String, Samples> all, String half, NamedTensors tensors) {
    tensors.byName().forEach((name, tensor) -> all.put(half + name, Samples.of(tensor)));
  }

  static Optional<JobFolder.ImageTokens> read(Path folder, AssetId id) {
    Path file = path(folder, id);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      RenderState state = PhaseLatents.readState(file, id.value());
      NamedTensors positive = half(state, POSITIVE);
      @Nullable NamedTensors negative = half(state, NEGATIVE);
      String worker = state.scalars().get(WORKER);
      if (positive != null && worker != null) {
        return Optional.of(
            new JobFolder.ImageTokens(new Asset.Conditioning(id, positive, negative), worker));
      }
      LOG.warn("event=image-tokens-ignored file={} reason=\"it has none\"", file);
    } catch (DemofusionException e) {
      LOG.warn("event=image-tokens-ignored file={} reason=\"{}\"", file, e.userMessage());
    }
    return Optional.empty();
  }

  /** Null where there is nothing of it. */
  private static @Nullable NamedTensors half(RenderState state, String half) {
    Map<String, Tensor> tensors = new HashMap<>();
    state
        .tensors()
        .forEach(
            (name, samples) -> {
              if (name.startsWith(half)) {
                tensors.put(name.substring(half.length()), samples.toTensor());
              }
            });
    return tensors.isEmpty() ? null : new NamedTensors(tensors);
  }
}
