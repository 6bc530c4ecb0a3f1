package demofusion.deploy.compare.stress;

import demofusion.deploy.compare.DrawnFiles;
import demofusion.deploy.compare.Lanczos;
import demofusion.deploy.compare.measure.BandEnergy;
import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.Sha256;
import demofusion.protocol.file.SafeFile;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Pictures of the same captions that another program made, or a model that draws such sizes by
 * itself: {@code NN-SEED.png}, or {@code NN.png} for every seed, NN being the caption's number; or
 * jpg.
 */
public final class AgainstFolder {
  private static final List<String> ENDINGS = List.of("png", "jpg", "jpeg");

  private final Path folder;

  public AgainstFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw DemofusionException.badRequest("--against " + folder + " is no folder");
    }
    this.folder = folder;
  }

  /** What the report calls it. */
  String name() {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return "against " + (last == null ? "/" : last);
  }

  /** Names its picture of a caption as it is now: another file under the same name is another. */
  String key(StressCaption caption, long seed) {
    Path file = file(caption, seed).orElseThrow().toAbsolutePath().normalize();
    try {
      String state = file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
      byte[] hash = Sha256.digest().digest(state.getBytes(StandardCharsets.UTF_8));
      return name() + "-" + HexFormat.of().formatHex(hash, 0, 4);
    } catch (IOException e) {
      throw SafeFile.failure(file + " cannot be read", e);
    }
  }

  boolean has(StressCaption caption, long seed) {
    return file(caption, seed).isPresent();
  }

  /** The picture of a caption that it has, at the report's size. */
  BufferedImage picture(StressCaption caption, long seed, int width, int height) {
    return fitted(DrawnFiles.read(file(caption, seed).orElseThrow()), width, height);
  }

  /** Refuses a folder in which no picture is of any of these captions. */
  void requireSome(List<StressCaption> captions, List<Long> seeds) {
    boolean some =
        captions.stream().anyMatch(each -> seeds.stream().anyMatch(seed -> has(each, seed)));
    if (!some) {
      throw DemofusionException.badRequest(
          ("--against %s has no image of these captions: name them by the caption's number and"
                  + " the seed, such as %02d-%s.png, or %02d.png for every seed")
              .formatted(folder, captions.get(0).number(), seeds.get(0), captions.get(0).number()));
    }
  }

  private Optional<Path> file(StressCaption caption, long seed) {
    for (String name :
        List.of(
            String.format(Locale.ROOT, "%02d-%d", caption.number(), seed),
            String.format(Locale.ROOT, "%02d", caption.number()))) {
      for (String ending : ENDINGS) {
        Path file = folder.resolve(name + "." + ending);
        if (Files.isRegularFile(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  private static BufferedImage fitted(BufferedImage picture, int width, int height) {
    if (picture.getWidth() < width || picture.getHeight() < height) {
      return Lanczos.enlarge(picture, width, height);
    }
    BufferedImage fitted = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = fitted.createGraphics();
    try {
      Image small = picture.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING);
      pen.drawImage(small, 0, 0, null);
    } finally {
      pen.dispose();
    }
    return fitted;
  }

  /** What its picture has in detail, band by band: the truth where nothing better is known. */
  static List<Double> energies(BufferedImage picture, int bands) {
    return BandEnergy.of(GreyPicture.of(picture), bands);
  }
}
