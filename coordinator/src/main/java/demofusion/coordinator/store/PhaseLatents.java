package demofusion.coordinator.store;

import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A job's latents as safetensors files. */
final class PhaseLatents {
  /** Raised whenever what a checkpoint holds changes. */
  private static final String FORMAT = "demofusion-checkpoint-3";

  private static final String FORMAT_KEY = "format";
  private static final String CHECKSUM_KEY = "checksum";
  private static final String REQUEST_KEY = "request";

  private PhaseLatents() {}

  /**
   * @param request the mark of the one that the state belongs to
   */
  static void writeState(Path file, RenderState state, String request) {
    Map<String, String> scalars = new HashMap<>(state.scalars());
    scalars.put(FORMAT_KEY, FORMAT);
    scalars.put(REQUEST_KEY, request);
    scalars.put(CHECKSUM_KEY, StateChecksum.of(state));
    SafeFile.write(
        file, channel -> SafetensorsWriter.stream(channel, sources(state.tensors()), scalars));
  }

  static RenderState readState(Path file, String request) {
    return reading(
        file,
        () -> {
          SafetensorsFile open = SafetensorsFile.open(file);
          Map<String, String> scalars = new HashMap<>(open.metadata());
          String format = scalars.remove(FORMAT_KEY);
          if (!FORMAT.equals(format)) {
            throw new DemofusionException(
                FailureCode.STORAGE,
                "it has format " + format + ", and this version reads " + FORMAT);
          }
          Map<String, Samples> tensors = new HashMap<>();
          for (String name : open.names()) {
            tensors.put(name, MappedSamples.of(open, name));
          }
          String checksum = scalars.remove(CHECKSUM_KEY);
          String belongsTo = scalars.remove(REQUEST_KEY);
          RenderState state = new RenderState(tensors, scalars);
          if (!StateChecksum.of(state).equals(checksum)) {
            throw new DemofusionException(
                FailureCode.STORAGE, "its checksum does not match its content");
          }
          if (!request.equals(belongsTo)) {
            throw new DemofusionException(FailureCode.STORAGE, "it belongs to a different request");
          }
          return state;
        });
  }

  private static Map<String, SafetensorsWriter.Source> sources(Map<String, Samples> tensors) {
    Map<String, SafetensorsWriter.Source> sources = new LinkedHashMap<>();
    tensors.forEach(
        (name, samples) ->
            sources.put(name, new SafetensorsWriter.Source(samples.shape(), samples::read)));
    return sources;
  }

  static void writeTensor(Path file, String name, Tensor tensor) {
    SafeFile.write(
        file, channel -> SafetensorsWriter.toChannel(channel, Map.of(name, tensor), Map.of()));
  }

  static Tensor readTensor(Path file, String name) {
    return reading(file, () -> SafetensorsFile.open(file).tensor(name));
  }

  /** The same, but the values stay in the file. */
  static Samples openTensor(Path file, String name) {
    return reading(file, () -> MappedSamples.of(SafetensorsFile.open(file), name));
  }

  private static <T> T reading(Path file, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (DemofusionException e) {
      throw new DemofusionException(
          FailureCode.STORAGE,
          file + " cannot be resumed from: " + e.userMessage() + "; remove it to start over",
          e);
    }
  }

  /**
   * A float32 tensor that stays in its file, which is mapped for as long as anybody reads it.
   *
   * @param source where it lies
   */
  private record MappedSamples(SafetensorsWriter.Source source) implements Samples {
    /**
     * @throws DemofusionException BAD_MODEL if there is no such tensor, or it is not float32
     */
    static MappedSamples of(SafetensorsFile file, String name) {
      return new MappedSamples(SafetensorsWriter.Source.of(file, name));
    }

    @Override
    public int[] shape() {
      return source.shape();
    }

    @Override
    public void read(int from, float[] into, int at, int count) {
      source.reading().read(from, into, at, count);
    }
  }
}
