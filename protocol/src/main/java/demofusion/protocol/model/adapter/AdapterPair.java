package demofusion.protocol.model.adapter;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterSizes;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.NamedNetwork;
import demofusion.protocol.api.request.condition.NetworkSize;
import demofusion.protocol.model.HubCache;
import demofusion.protocol.safetensors.SafetensorsFile;
import demofusion.protocol.work.ImageEncoderShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An IP-Adapter and the image encoder that it reads pictures with, which belong together.
 *
 * @param shape what the encoder's config.json says
 */
public record AdapterPair(AdapterFile adapter, ImageEncoderFile encoder, ImageEncoderShape shape) {
  private static final List<String> WEIGHTS =
      List.of("model.safetensors", "model.fp16.safetensors");

  /** Where encoders lie: beside the adapter, then as in h94's repository. */
  private static final List<String> PLACES =
      List.of(
          "image_encoder",
          "../models/image_encoder",
          "../sdxl_models/image_encoder",
          "models/image_encoder",
          "sdxl_models/image_encoder");

  /**
   * Opens both files and makes sure that they fit each other.
   *
   * @param encoder a folder with config.json and model.safetensors, or a file of weights; null:
   *     what fits is looked for at the usual places
   * @throws DemofusionException BAD_MODEL, in one sentence
   */
  public static AdapterPair open(Path adapter, @Nullable Path encoder) {
    AdapterFile opened = AdapterFile.open(HubCache.filesOf(adapter));
    return encoder == null ? search(opened) : of(opened, HubCache.filesOf(encoder));
  }

  /** Folders at the usual places of encoders, nearest first, whatever is in them. */
  public static List<Path> encodersBeside(Path adapter) {
    Path there = adapter.toAbsolutePath();
    return PLACES.stream()
        .map(place -> there.resolveSibling(place).normalize())
        .filter(Files::isDirectory)
        .toList();
  }

  private static AdapterPair search(AdapterFile adapter) {
    List<Path> there = encodersBeside(adapter.file().path());
    for (Path candidate : there) {
      ImageEncoderFile encoder = ImageEncoderFile.open(weights(candidate));
      if (fits(adapter, encoder)) {
        return of(adapter, candidate);
      }
    }
    if (!there.isEmpty()) {
      return of(adapter, there.get(0)); // which says what does not fit
    }
    throw DemofusionException.badModel(
        "the IP-Adapter %s wants an encoder of width %s, and there is none beside it: give its"
                .formatted(adapter.file().path(), wanted(adapter))
            + " folder with --image-encoder");
  }

  private static AdapterPair of(AdapterFile adapter, Path given) {
    requireFit(adapter, ImageEncoderFile.open(weights(given)));
    ImageEncoder encoder = ImageEncoder.open(given);
    return new AdapterPair(adapter, encoder.file(), encoder.shape());
  }

  /**
   * The one file of an encoder's weights.
   *
   * @param encoder its folder, or that file
   * @throws DemofusionException BAD_MODEL, in one sentence, if there is none
   */
  public static Path weights(Path encoder) {
    if (!Files.isDirectory(encoder)) {
      return encoder;
    }
    for (String name : WEIGHTS) {
      if (Files.isRegularFile(encoder.resolve(name))) {
        return encoder.resolve(name);
      }
    }
    if (Files.exists(encoder.resolve("model.safetensors.index.json"))) {
      throw DemofusionException.badModel(
          encoder
              + " has its weights in several files: save it again as one (save_pretrained with"
              + " max_shard_size=\"100GB\")");
    }
    if (Files.exists(encoder.resolve("pytorch_model.bin"))) {
      throw DemofusionException.badModel(
          encoder
              + " has its weights only as pytorch_model.bin, a pickle, which could run code: take"
              + " its model.safetensors, or convert it where you trust it");
    }
    throw DemofusionException.badModel(
        encoder + " is no image encoder: it has no model.safetensors");
  }

  private static boolean fits(AdapterFile adapter, ImageEncoderFile encoder) {
    return adapter.shape().encoderWidth() == encoder.widthFor(adapter.shape().kind());
  }

  /**
   * Whether an adapter can read what an encoder says.
   *
   * @throws DemofusionException BAD_MODEL, in one sentence, if it cannot
   */
  public static void requireFit(AdapterFile adapter, ImageEncoderFile encoder) {
    if (!fits(adapter, encoder)) {
      throw DemofusionException.badModel(
          "the IP-Adapter %s wants an encoder of width %s, this one gives %s (%s)"
              .formatted(
                  adapter.file().path(),
                  wanted(adapter),
                  encoder.widthFor(adapter.shape().kind()),
                  encoder.file().path()));
    }
  }

  /** With the place in h94's repository where it is one of the two that lie there. */
  private static String wanted(AdapterFile adapter) {
    String hint =
        switch (adapter.shape().encoderTitle()) {
          case "H" -> " (H: models/image_encoder)";
          case "bigG" -> " (bigG: sdxl_models/image_encoder)";
          default -> "";
        };
    return adapter.shape().encoderWidth() + hint;
  }

  /** Tokens that a picture becomes. */
  public int tokens() {
    Integer own = adapter.shape().ownTokens();
    return own == null ? encoder.tokens() : own;
  }

  public AdapterFacts facts() {
    return new AdapterFacts(
        adapter.shape().contextWidth(),
        shape.heads(),
        shape.imageSize(),
        shape.quickGelu(),
        shape.epsilon(),
        sizes());
  }

  /** As the headers of both files say. */
  private AdapterSizes sizes() {
    SafetensorsFile own = adapter.file();
    return new AdapterSizes(
        tokens(),
        size(own, name -> name.startsWith(AdapterShape.PROJECTION)),
        size(own, name -> name.startsWith(AdapterShape.LAYER)),
        size(encoder.file(), encoder.tensors()::containsKey),
        (long) encoder.tokens() * encoder.innerWidth());
  }

  private static NetworkSize size(SafetensorsFile file, Predicate<String> isPart) {
    return file.entries().stream()
        .filter(entry -> isPart.test(entry.name()))
        .map(entry -> new NetworkSize(entry.size(), entry.length()))
        .reduce(new NetworkSize(0, 0), NetworkSize::plus);
  }

  /**
   * What a request asks for, looked up.
   *
   * @param hashes gives SHA-256 of a file, hexadecimal
   */
  public AdapterUse resolve(AdapterUse asked, Function<Path, String> hashes) {
    Path weights = encoder.file().path();
    NamedNetwork other = asked.encoder();
    String name = other == null ? nameOf(weights) : other.name();
    return asked.with(
        new NamedNetwork(asked.network().name(), hashes.apply(adapter.file().path())),
        new NamedNetwork(name, hashes.apply(weights)),
        facts());
  }

  /** That of its folder where the file is called as all of them are. */
  private static String nameOf(Path weights) {
    Path folder = weights.toAbsolutePath().getParent();
    boolean isUsual = WEIGHTS.contains(String.valueOf(weights.getFileName()));
    return HubCache.nameOf(isUsual && folder != null ? folder : weights);
  }
}
