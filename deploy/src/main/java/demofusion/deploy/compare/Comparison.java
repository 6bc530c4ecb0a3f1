package demofusion.deploy.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.compare.PicturePainter.Painting;
import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.file.SafeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The same prompts with the same seeds, drawn by several contestants, with one model or several:
 * every picture as a file with a crop of it, the figures of all, and a sheet that shows them
 * together.
 */
public final class Comparison {
  private static final String SHEET = "sheet.png";
  private static final String PAGE = "sheet.html";
  private static final String CROP = "-crop";

  private final Path folder;
  private final Consumer<String> say;
  private final List<List<Entry>> rows = new ArrayList<>();
  private final Map<String, String> owners = new HashMap<>(); // of files' names
  private final List<Crop> crops = new ArrayList<>();
  private final List<ModelColumn> models = new ArrayList<>();
  private String size = "";
  private int steps;

  /**
   * @param folder that everything is written to
   * @param say told of every picture
   */
  public Comparison(Path folder, Consumer<String> say) {
    this.folder = folder;
    this.say = say;
  }

  /**
   * One contestant's picture of one prompt and seed.
   *
   * @param method by which it was drawn; where there are several models, behind the model's name
   * @param picture its file's name
   * @param crop the name of the file with a piece of it, pixel for pixel
   */
  public record Entry(
      String prompt, long seed, String method, String picture, String crop, Figures figures) {}

  /**
   * One of several models.
   *
   * @param label by which its columns begin
   * @param settings with which its pictures were drawn, in words
   */
  public record ModelColumn(String label, String hash, String settings) {
    private static ModelColumn of(String label, PicturePainter painter, RenderPlan plan) {
      return new ModelColumn(
          label,
          painter.modelHash(),
          "%s, %s steps, guidance %s, stride %s"
              .formatted(
                  plan.scheduler().kind(), plan.steps(), plan.guidance().scale(), plan.stride()));
    }

    String line() {
      return label + ": " + settings;
    }
  }

  /**
   * All of it.
   *
   * @param models empty where there is only one
   * @param sheet the PNG
   * @param page the same as HTML
   */
  public record Result(
      String model,
      String size,
      int steps,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ModelColumn> models,
      List<Entry> entries,
      List<MethodMean> means,
      String sheet,
      String page) {
    public Result {
      models = List.copyOf(models);
      entries = List.copyOf(entries);
      means = List.copyOf(means);
    }

    String title() {
      return models.isEmpty() ? model + ", " + size + ", " + steps + " steps" : model + ", " + size;
    }
  }

  /**
   * With one model alone.
   *
   * @param pictures one for each prompt and seed, of one size
   */
  public Result run(
      PicturePainter painter, List<Contestant> contestants, List<RenderSpec> pictures) {
    draw(painter, "", contestants, pictures);
    return result();
  }

  /**
   * Draws with one of several models, to the right of those before it.
   *
   * @param label of the model; empty where there is only one
   * @param pictures the same for every model, one for each prompt and seed
   */
  public void draw(
      PicturePainter painter,
      String label,
      List<Contestant> contestants,
      List<RenderSpec> pictures) {
    for (int n = 0; n < pictures.size(); n++) {
      Painting phase1 = painter.drawFirstPhase(pictures.get(n));
      if (n == 0) {
        size = phase1.plan().size().toString();
        steps = phase1.plan().spec().stepsOrStandard();
      }
      if (rows.size() == n) {
        rows.add(new ArrayList<>());
        crops.add(Crop.busiest(DrawnFiles.read(phase1.file()), phase1.plan().size()));
      }
      for (Contestant contestant : contestants) {
        String column =
            label.isEmpty()
                ? contestant.name()
                : contestants.size() == 1 ? label : label + " " + contestant.name();
        Painting whole =
            contestant.method() == null ? phase1 : painter.draw(contestant.spec(pictures.get(n)));
        Entry entry = entry(contestant, column, pictures.get(n), phase1, whole, crops.get(n));
        say.accept(line(entry));
        rows.get(n).add(entry);
        if (n == 0 && contestant.equals(contestants.get(0))) {
          RenderPlan told = painter.knowsSettings() ? phase1.plan() : whole.plan();
          models.add(ModelColumn.of(label.isEmpty() ? painter.model() : label, painter, told));
        }
      }
    }
  }

  /** What was drawn, on one sheet. */
  public Result result() {
    List<Entry> entries = rows.stream().flatMap(List::stream).toList();
    Result result =
        new Result(
            models.stream().map(ModelColumn::label).collect(Collectors.joining(", ")),
            size,
            steps,
            models.size() == 1 ? List.of() : models,
            entries,
            MethodMean.of(entries),
            folder.resolve(SHEET).toString(),
            folder.resolve(PAGE).toString());
    DrawnFiles.write(new ContactSheet(folder, result).draw(), folder.resolve(SHEET));
    SheetPage.write(result, folder.resolve(PAGE));
    return result;
  }

  private Entry entry(
      Contestant contestant,
      String column,
      RenderSpec spec,
      Painting phase1,
      Painting whole,
      Crop crop) {
    BufferedImage first = DrawnFiles.read(phase1.file());
    String name = freeName(spec, column);
    Path file = folder.resolve(name + ".png");
    BufferedImage picture;
    if (contestant.method() == null) {
      RenderPlan plan = phase1.plan();
      picture = Lanczos.enlarge(first, plan.size().width(), plan.size().height());
      DrawnFiles.write(picture, file);
    } else {
      move(whole.file(), file);
      picture = DrawnFiles.read(file);
    }
    Path cropped = folder.resolve(name + CROP + ".png");
    DrawnFiles.write(crop.of(picture), cropped);
    Figures figures =
        Figures.of(
            GreyPicture.of(picture),
            GreyPicture.of(first),
            whole.plan(),
            whole.seconds(),
            whole.forwards());
    return new Entry(
        spec.prompts().prompt(), spec.seed(), column, name + ".png", name + CROP + ".png", figures);
  }

  /** Of two columns that would have one name, the later one is numbered. */
  private String freeName(RenderSpec spec, String column) {
    String name = fileName(spec, column);
    String owner = spec.prompts().prompt() + "\n" + spec.seed() + "\n" + column;
    String free = name;
    for (int n = 2; !isFree(free, owner) || !isFree(free + CROP, owner); n++) {
      free = name + "-" + n;
    }
    owners.put(free, owner);
    owners.put(free + CROP, owner);
    return free;
  }

  private boolean isFree(String name, String owner) {
    return owners.getOrDefault(name, owner).equals(owner);
  }

  private static String fileName(RenderSpec spec, String column) {
    String words = spec.prompts().prompt().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String cut = words.substring(0, Math.min(32, words.length())).replaceAll("^-+|-+$", "");
    // Prompts that begin alike, or have no such letter, are told apart all the same.
    String mark = Integer.toHexString(spec.prompts().prompt().hashCode());
    return String.join(
        "-",
        cut.isEmpty() ? "picture" : cut,
        mark,
        Long.toString(spec.seed()),
        column.replaceAll("[^A-Za-z0-9._-]+", "-"));
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
