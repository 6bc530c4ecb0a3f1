package demofusion.coordinator.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import demofusion.coordinator.diffusion.RenderState;
import demofusion.coordinator.diffusion.storage.Samples;
import demofusion.coordinator.diffusion.storage.Storage;
import demofusion.coordinator.image.RequestPictures;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.api.request.SourcePicture;
import demofusion.protocol.file.SafeFile;
import demofusion.protocol.latent.Latent;
import demofusion.protocol.latent.Tensor;
import demofusion.protocol.work.Asset;
import demofusion.protocol.work.AssetId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One job's folder: what was asked for ({@code request.json}, {@code source.safetensors}), how far
 * it has come ({@code checkpoint.safetensors}, {@code tokens-HASH.safetensors}), what came of it
 * ({@code phase-N.safetensors}, {@code phase-N.png}, {@code image.png}, {@code report.json}). A job
 * can be resumed from its folder alone. Every file is whole or not there. One process at a time has
 * a folder open.
 */
public final class JobFolder implements AutoCloseable {
  private static final String LOCK = ".lock";
  private static final String REQUEST = "request.json";
  public static final String IMAGE = "image.png";

  /** The image that a part is drawn anew of, where that is too large to be in the request. */
  public static final String WHOLE = "whole.png";

  private static final String SOURCE = "source.safetensors";
  private static final String SOURCE_TENSOR = "pixels";
  private static final String CHECKPOINT = "checkpoint.safetensors";
  private static final String REPORT = "report.json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private final Path path;
  private final RenderRequest request;
  private final String mark;
  private final FolderLock lock;
  private volatile JobStorage storage = new JobStorage(this);

  private JobFolder(Path path, RenderRequest request, String mark, FolderLock lock) {
    this.path = path;
    this.request = request;
    this.mark = mark;
    this.lock = lock;
  }

  /**
   * A new job's folder; the request is on disk when this returns.
   *
   * @throws DemofusionException STORAGE if it cannot be written, BAD_REQUEST if there is a job
   *     already
   */
  public static JobFolder create(Path path, RenderRequest request) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw SafeFile.failure(path + " cannot be created", e);
    }
    return locked(
        path,
        lock -> {
          if (Files.exists(path.resolve(REQUEST))) {
            throw DemofusionException.badRequest(
                path + " already contains a render; choose another folder or resume that one");
          }
          SourcePicture source = request.spec().source();
          if (source != null) {
            PhaseLatents.writeTensor(path.resolve(SOURCE), SOURCE_TENSOR, source.pixels());
          }
          byte[] json = RequestJson.write(request);
          SafeFile.write(path.resolve(REQUEST), json);
          return new JobFolder(path, request, mark(json, source), lock);
        });
  }

  /**
   * The folder of a job that was accepted before.
   *
   * @throws DemofusionException BAD_REQUEST if there is none, or it cannot be read
   */
  public static JobFolder open(Path path) {
    if (!Files.isRegularFile(path.resolve(REQUEST))) {
      throw DemofusionException.badRequest(
          path + " is not a render folder: it has no " + REQUEST + " in it");
    }
    return locked(
        path,
        lock -> {
          byte[] json = readRequest(path);
          RenderRequest request = withPixels(path, requestIn(path, json));
          return new JobFolder(path, request, mark(json, request.spec().source()), lock);
        });
  }

  /**
   * What a job was asked for, whoever has its folder open; a picture to start from is without its
   * pixels.
   *
   * @return empty if there is no render in it
   * @throws DemofusionException BAD_REQUEST or STORAGE if it cannot be read
   */
  public static Optional<RenderRequest> peek(Path path) {
    return Files.isRegularFile(path.resolve(REQUEST))
        ? Optional.of(requestIn(path, readRequest(path)))
        : Optional.empty();
  }

  private interface Opening {
    JobFolder under(FolderLock lock);
  }

  private static JobFolder locked(Path path, Opening opening) {
    FolderLock lock =
        FolderLock.take(
            path.resolve(LOCK),
            "",
            holder -> path + " is already being rendered; wait for it or stop it first");
    try {
      return opening.under(lock);
    } catch (RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  private static byte[] readRequest(Path path) {
    Path file = path.resolve(REQUEST);
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DemofusionException(
          FailureCode.STORAGE, file + " cannot be read: " + SafeFile.reason(e), e);
    }
  }

  private static RenderRequest requestIn(Path path, byte[] json) {
    RenderRequest request = RequestJson.read(json, path.resolve(REQUEST).toString());
    return new RenderRequest(
        RequestPictures.read(request.spec()),
        request.model(),
        request.previews(),
        request.priority());
  }

  private static RenderRequest withPixels(Path path, RenderRequest request) {
    SourcePicture source = request.spec().source();
    if (source == null) {
      return request;
    }
    Tensor pixels = PhaseLatents.readTensor(path.resolve(SOURCE), SOURCE_TENSOR);
    RenderSpec spec = request.spec().withSource(new SourcePicture(pixels, source.strength()));
    return new RenderRequest(spec, request.model(), request.previews(), request.priority());
  }

  private static String mark(byte[] json, @Nullable SourcePicture source) {
    return RequestMark.of(json, source == null ? null : source.pixels().values());
  }

  public Path path() {
    return path;
  }

  public RenderRequest request() {
    return request;
  }

  /** A hash of the request, and so of all that decides the picture. */
  public String mark() {
    return mark;
  }

  /** Replaces the checkpoint. */
  public void writeCheckpoint(RenderState state) {
    PhaseLatents.writeState(path.resolve(CHECKPOINT), state, mark);
  }

  /**
   * The last checkpoint, whose tensors stay in its file.
   *
   * @throws DemofusionException STORAGE if there is one that cannot be read, or is another
   *     request's
   */
  public Optional<RenderState> readCheckpoint() {
    Path file = path.resolve(CHECKPOINT);
    return Files.exists(file) ? Optional.of(PhaseLatents.readState(file, mark)) : Optional.empty();
  }

  /** A phase's final latent, as {@code phaseN.final}. */
  public void writePhase(int number, Latent latent) {
    PhaseLatents.writeTensor(phaseLatent(number), tensorName(number), latent.asTensor());
  }

  /**
   * Adopts another job's final latent of a phase.
   *
   * @throws DemofusionException STORAGE or DISK_FULL if it cannot be read or written
   */
  public void takePhase(int number, Path latent) {
    copy(latent, phaseLatent(number));
  }

  private static void copy(Path from, Path to) {
    SafeFile.write(
        to,
        channel -> {
          try (FileChannel file = FileChannel.open(from, StandardOpenOption.READ)) {
            long size = file.size();
            for (long at = 0; at < size; ) {
              at += file.transferTo(at, size - at, channel);
            }
          }
        });
  }

  /**
   * Keeps another job's image, of which a part is drawn anew: as another name of the same file
   * where the disk has that, since nobody writes into it.
   *
   * @throws DemofusionException STORAGE or DISK_FULL if it cannot be read or written
   */
  public void takeWhole(Path image) {
    try {
      Files.createLink(path.resolve(WHOLE), image);
    } catch (IOException | UnsupportedOperationException e) {
      copy(image, path.resolve(WHOLE));
    }
  }

  /** A phase's final latent, which stays in its file. */
  public Samples readPhase(int number) {
    return PhaseLatents.openTensor(phaseLatent(number), tensorName(number));
  }

  /** Room for a render of this job; it is gone when the folder is closed. */
  public Storage storage() {
    return storage;
  }

  /**
   * What a render had in there is gone, image tokens too, and there is room for another of this
   * job.
   *
   * @throws DemofusionException STORAGE if they cannot be deleted
   */
  public void renewStorage() {
    storage.close();
    storage = new JobStorage(this);
    deleteImageTokens();
  }

  /**
   * What an IP-Adapter has made of its pictures.
   *
   * @param worker that made it
   */
  public record ImageTokens(Asset.Conditioning asset, String worker) {}

  /**
   * @throws DemofusionException STORAGE or DISK_FULL if it cannot be written
   */
  public void writeImageTokens(ImageTokens tokens) {
    ImageTokenFile.write(path, tokens);
  }

  /** Empty where they were not kept, or the file is not whole. */
  public Optional<ImageTokens> readImageTokens(AssetId id) {
    return ImageTokenFile.read(path, id);
  }

  /** Those of a worker that turned out to be wrong are not used again. */
  private void deleteImageTokens() {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(path, ImageTokenFile.PREFIX + "*")) {
      for (Path file : files) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw SafeFile.failure(path + " could not be cleared of image tokens", e);
    }
  }

  public boolean hasPhase(int number) {
    return Files.exists(phaseLatent(number));
  }

  public Path phaseLatent(int number) {
    return path.resolve("phase-" + number + ".safetensors");
  }

  public Path preview(int number) {
    return path.resolve("phase-" + number + ".png");
  }

  /** The same picture where nobody asked for previews. */
  public Path hiddenPreview(int number) {
    return path.resolve(".phase-" + number + ".png");
  }

  /** A file that is worth nothing to whoever comes next. */
  public Path scratch(String name) {
    return path.resolve(".scratch-" + name);
  }

  public Path image() {
    return path.resolve(IMAGE);
  }

  /**
   * Whether a phase's picture is there.
   *
   * @param last whether it is the picture itself
   */
  public boolean hasPicture(int number, boolean last) {
    return Files.exists(last ? image() : preview(number));
  }

  /**
   * Takes a phase's pictures away, whether they are there or not.
   *
   * @param last whether the picture itself is one of them
   */
  public void deletePictures(int number, boolean last) {
    try {
      Files.deleteIfExists(preview(number));
      Files.deleteIfExists(hiddenPreview(number));
      if (last) {
        Files.deleteIfExists(image());
      }
    } catch (IOException e) {
      throw SafeFile.failure(path + " could not be cleared of wrong pictures", e);
    }
  }

  public void writeReport(Object report) {
    try {
      SafeFile.write(
          path.resolve(REPORT), JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a report that is not JSON", e);
    }
  }

  /** Lets another process have the folder. */
  @Override
  public void close() {
    storage.close();
    lock.close();
  }

  private static String tensorName(int phase) {
    return "phase" + phase + ".final";
  }
}
