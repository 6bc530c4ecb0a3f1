package demofusion.deploy.compare;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.compare.Painter.Painting;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The same prompts with the same seeds, drawn by several contestants: every picture as a file with
 * a crop of it, the figures of all, and a sheet that shows them together.
 */
public final class Comparison {
  private static final String SHEET = "sheet.png";
  private static final String PAGE = "sheet.html";

  private final Painter painter;
  private final Path folder;
  private final Consumer<String> say;

  /**
   * @param folder that everything is written to
   * @param say told of every picture
   */
  public Comparison(Painter painter, Path folder, Consumer<String> say) {
    this.painter = painter;
    this.folder = folder;
    this.say = say;
  }

  /**
   * One contestant's picture of one prompt and seed.
   *
   * @param picture its file's name
   * @param crop the name of the file with a piece of it, pixel for pixel
   */
  public record Entry(
      String prompt, long seed, String method, String picture, String crop, Figures figures) {}

  /**
   * All of it.
   *
   * @param sheet the PNG
   * @param page the same as HTML
   */
  public record Result(
      String model,
      String size,
      int steps,
      List<Entry> entries,
      List<MethodMean> means,
      String sheet,
      String page) {
    public Result {
      entries = List.copyOf(entries);
      means = List.copyOf(means);
    }
  }

  /**
   * @param pictures one for each prompt and seed, of one size
   */
  public Result run(List<Contestant> contestants, List<RenderSpec> pictures) {
    List<Entry> entries = new ArrayList<>();
    String size = "";
    for (RenderSpec spec : pictures) {
      Painting phase1 = painter.drawFirstPhase(spec);
      size = phase1.plan().size().toString();
      Crop crop = Crop.busiest(DrawnFiles.read(phase1.file()), phase1.plan().size());
      for (Contestant contestant : contestants) {
        Entry entry = draw(contestant, spec, phase1, crop);
        say.accept(line(entry));
        entries.add(entry);
      }
    }
    Result result =
        new Result(
            painter.model().name(),
            size,
            pictures.get(0).steps(),
            entries,
            MethodMean.of(entries),
            folder.resolve(SHEET).toString(),
            folder.resolve(PAGE).toString());
    DrawnFiles.write(new ContactSheet(folder, result).draw(), folder.resolve(SHEET));
    SheetPage.write(result, folder.resolve(PAGE));
    return result;
  }

  private Entry draw(Contestant contestant, RenderSpec spec, Painting phase1, Crop crop) {
    BufferedImage first = DrawnFiles.read(phase1.file());
    String name = fileName(spec, contestant);
    Path file = folder.resolve(name + ".png");
    BufferedImage picture;
    Painting painting;
    if (contestant.method() == null) {
      RenderPlan plan = phase1.plan();
      picture = Lanczos.enlarge(first, plan.size().width(), plan.size().height());
      DrawnFiles.write(picture, file);
      painting = phase1;
    } else {
      painting = painter.draw(contestant.spec(spec));
      move(painting.file(), file);
      picture = DrawnFiles.read(file);
    }
    Path cropped = folder.resolve(name + "-crop.png");
    DrawnFiles.write(crop.of(picture), cropped);
    Figures figures =
        Figures.of(
            GreyPicture.of(picture),
            GreyPicture.of(first),
            painting.plan(),
            painting.seconds(),
            painting.forwards());
    return new Entry(
        spec.prompts().prompt(),
        spec.seed(),
        contestant.name(),
        name + ".png",
        name + "-crop.png",
        figures);
  }

  private static String fileName(RenderSpec spec, Contestant contestant) {
    String words = spec.prompts().prompt().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String cut = words.substring(0, Math.min(32, words.length())).replaceAll("^-+|-+$", "");
    // Prompts that begin alike, or have no such letter, are told apart all the same.
    String mark = Integer.toHexString(spec.prompts().prompt().hashCode());
    return String.join(
        "-", cut.isEmpty() ? "picture" : cut, mark, Long.toString(spec.seed()), contestant.name());
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw SafeFile.failure(to + " cannot be written", e);
    }
  }

  private static String line(Entry entry) {
    return entry.method() + ", seed " + entry.seed() + ": " + FigureText.line(entry.figures());
  }
}
