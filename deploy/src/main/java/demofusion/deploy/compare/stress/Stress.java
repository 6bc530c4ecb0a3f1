package demofusion.deploy.compare.stress;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.compare.Contestant;
import demofusion.deploy.compare.DrawnFiles;
import demofusion.deploy.compare.Lanczos;
import demofusion.deploy.compare.Likeness;
import demofusion.deploy.compare.PicturePainter;
import demofusion.deploy.compare.PicturePainter.Painting;
import demofusion.deploy.compare.measure.Findings;
import demofusion.deploy.compare.measure.GreyPicture;
import demofusion.deploy.compare.measure.WindowBorders;
import demofusion.protocol.api.request.NewPicture;
import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.latent.Prompts;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Draws captions by methods, and measures every picture against L, its first phase enlarged by
 * Lanczos's kernel. Whatever is drawn is kept at once: the same call goes on where one ended.
 */
public final class Stress {
  private static final WindowBorders NO_BORDERS = new WindowBorders(List.of(), List.of(), 1, 2);

  private final PicturePainter painter;
  private final Path place;
  private final StressFolder folder;
  private final Consumer<String> say;
  private final Truth truth = new Truth();

  /**
   * @param folder that everything is written to
   * @param say told of every picture
   */
  public Stress(PicturePainter painter, Path folder, Consumer<String> say) {
    this.painter = painter;
    this.place = folder;
    this.folder = new StressFolder(folder);
    this.say = say;
  }

  /**
   * What is drawn.
   *
   * @param base all of a picture but words, seed and size
   * @param sizes empty: the model's own
   * @param against pictures from elsewhere; null: none
   */
  public record Order(
      RenderSpec base,
      List<StressCaption> captions,
      List<Long> seeds,
      List<PixelExtent> sizes,
      List<Contestant> contestants,
      @Nullable AgainstFolder against) {
    public Order {
      captions = List.copyOf(captions);
      seeds = List.copyOf(seeds);
      sizes = List.copyOf(sizes);
      contestants = List.copyOf(contestants);
    }

    /** The picture of one caption. */
    RenderSpec spec(StressCaption caption, long seed, @Nullable PixelExtent size) {
      Prompts words = base.prompts();
      return base.toBuilder()
          .prompts(new Prompts(caption.words(), null, words.negative(), null))
          .seed(seed)
          .size(size == null ? base.size() : size)
          .build();
    }

    /** One picture for each size and method: if these can be drawn, all can. */
    public List<RenderSpec> samples() {
      List<RenderSpec> samples = new ArrayList<>();
      for (PixelExtent size : sizesOrOwn()) {
        RenderSpec spec = spec(captions.get(0), seeds.get(0), size);
        contestants.forEach(contestant -> samples.add(contestant.spec(spec)));
      }
      return samples;
    }

    private List<@Nullable PixelExtent> sizesOrOwn() {
      List<@Nullable PixelExtent> all = new ArrayList<>(sizes);
      if (all.isEmpty()) {
        all.add(null);
      }
      return all;
    }

    private Map<String, Object> settings(String model) {
      Map<String, Object> settings = new LinkedHashMap<>();
      RenderSpec alike =
          base.toBuilder().prompts(new Prompts("", null, base.prompts().negative(), null)).build();
      settings.put("settings", NewPicture.of(alike.toBuilder().size(null).build()).values());
      settings.put("model", model);
      return settings;
    }
  }

  /** Draws what is not drawn yet, and writes the report. */
  public StressReport run(Order order) {
    folder.claim(order.settings(painter.modelName()));
    AgainstFolder against = order.against();
    if (against != null) {
      against.requireSome(order.captions(), order.seeds());
    }
    List<StressRow> rows = new ArrayList<>();
    for (PixelExtent size : order.sizesOrOwn()) {
      for (StressCaption caption : order.captions()) {
        for (long seed : order.seeds()) {
          rows.addAll(draw(order, size, caption, seed));
        }
      }
    }
    StressReport report = StressReport.of(painter.modelName(), rows);
    report.write(place);
    return report;
  }

  private List<StressRow> draw(
      Order order, @Nullable PixelExtent size, StressCaption caption, long seed) {
    RenderSpec spec = order.spec(caption, seed, size);
    PixelExtent given = spec.size();
    // What has no size yet lies by the model's own.
    String label = given == null ? "own-size" : given.toString();
    List<StressRow> rows = new ArrayList<>();
    Subject subject = null;
    for (Contestant contestant : order.contestants()) {
      String name = StressFolder.name(label, caption, seed, contestant.name());
      Optional<StressRow> noted = noted(order, name, caption, seed);
      if (noted.isEmpty()) {
        subject = subject == null ? subject(order, spec, label, caption, seed) : subject;
        noted = Optional.of(draw(subject, contestant, name));
      }
      rows.add(noted.get());
    }
    AgainstFolder against = order.against();
    if (against != null && against.has(caption, seed)) {
      String name = StressFolder.name(label, caption, seed, against.key(caption, seed));
      Optional<StressRow> noted = noted(order, name, caption, seed);
      if (noted.isEmpty()) {
        subject = subject == null ? subject(order, spec, label, caption, seed) : subject;
        noted = Optional.of(take(subject, against, name));
      }
      rows.add(noted.get());
    }
    return rows;
  }

  /** What was drawn of this very caption, beside the truth that is known now. */
  private Optional<StressRow> noted(Order order, String name, StressCaption caption, long seed) {
    return folder
        .noted(name, StressRow.class)
        .filter(row -> row.words().equals(caption.words()))
        .map(row -> row.with(besideTruth(order, row, name, caption, seed)));
  }

  private Findings besideTruth(
      Order order, StressRow row, String name, StressCaption caption, long seed) {
    Findings found = row.findings();
    AgainstFolder against = order.against();
    if (against == null || !against.has(caption, seed)) {
      return found;
    }
    List<Double> truth =
        truth(order, caption, seed, PixelExtent.parse(row.size()), found.bands().size());
    return found.besideTruth(DrawnFiles.read(folder.picture(name)), truth);
  }

  /** A caption with a seed at a size, and L of it. */
  private record Subject(
      RenderSpec spec,
      StressCaption caption,
      String label,
      Painting phase1,
      BufferedImage small,
      BufferedImage enlarged,
      List<Double> truth) {
    private PixelExtent extent() {
      return new PixelExtent(enlarged.getWidth(), enlarged.getHeight());
    }

    private int nativeSide() {
      return phase1.plan().geometry().nativeSide();
    }
  }

  private Subject subject(
      Order order, RenderSpec spec, String label, StressCaption caption, long seed) {
    String name = StressFolder.name(label, caption, seed, StressFolder.FIRST_PHASE);
    Painting drawn = painter.drawFirstPhase(spec);
    folder.keep(drawn.file(), name);
    Painting phase1 =
        new Painting(
            folder.picture(name),
            drawn.plan(),
            drawn.seconds(),
            drawn.forwards(),
            drawn.deviceSeconds());
    BufferedImage small = DrawnFiles.read(phase1.file());
    PixelExtent size = phase1.plan().size();
    BufferedImage enlarged = Lanczos.enlarge(small, size.width(), size.height());
    int bands = Findings.bands(enlarged, phase1.plan().geometry().nativeSide());
    return new Subject(
        spec, caption, label, phase1, small, enlarged, truth(order, caption, seed, size, bands));
  }

  /** What true pictures have in detail: landscapes where the caption is one, else --against's. */
  private List<Double> truth(
      Order order, StressCaption caption, long seed, PixelExtent size, int bands) {
    if (caption.traits().isPresent() && size.width() == size.height()) {
      return truth.energies(caption.traits().get(), size.width(), bands);
    }
    AgainstFolder against = order.against();
    return against == null || !against.has(caption, seed)
        ? List.of()
        : AgainstFolder.energies(
            against.picture(caption, seed, size.width(), size.height()), bands);
  }

  /** A picture from elsewhere, which cost nothing here. */
  private StressRow take(Subject subject, AgainstFolder against, String name) {
    PixelExtent extent = subject.extent();
    BufferedImage picture =
        against.picture(subject.caption, subject.spec.seed(), extent.width(), extent.height());
    Path file = folder.picture(name);
    DrawnFiles.write(picture, file);
    Painting nothing = new Painting(file, subject.phase1.plan(), 0, 0, 0);
    StressRow row = row(subject, against.name(), name, picture, nothing, NO_BORDERS, 0);
    folder.note(name, row);
    return row;
  }

  private StressRow draw(Subject subject, Contestant contestant, String name) {
    if (contestant.method() == null) {
      DrawnFiles.write(subject.enlarged, folder.picture(name));
      StressRow row =
          row(
              subject,
              contestant.name(),
              name,
              subject.enlarged,
              subject.phase1,
              NO_BORDERS,
              tilesOfFirst(subject.phase1.plan()));
      folder.note(name, row);
      return row;
    }
    RenderSpec asked = contestant.spec(subject.spec);
    RenderSpec spec =
        subject.spec.ablations().jitter()
            ? asked
            : asked.toBuilder().ablations(PlanBorders.withoutJitter(asked.ablations())).build();
    Painting painting = painter.draw(spec);
    folder.keep(painting.file(), name);
    RenderPlan plan = painting.plan();
    StressRow row =
        row(
            subject,
            contestant.name(),
            name,
            DrawnFiles.read(folder.picture(name)),
            painting,
            PlanBorders.of(plan),
            plan.guidedTiles());
    folder.note(name, row);
    say.accept(
        "%s, %s: %.1f s, %s forwards"
            .formatted(contestant.name(), row.subject(), row.seconds(), row.forwards()));
    return row;
  }

  private static double tilesOfFirst(RenderPlan plan) {
    Phase first = plan.phases().get(0);
    // A view without guidance is half of one.
    double each = plan.isGuided(first) ? 1 : 0.5;
    return each * plan.evaluations(first) * plan.localViews(first);
  }

  private StressRow row(
      Subject subject,
      String method,
      String name,
      BufferedImage picture,
      Painting painting,
      WindowBorders borders,
      double guidedTiles) {
    StressCaption caption = subject.caption;
    GreyPicture small = GreyPicture.of(subject.small);
    double likeness = Likeness.of(GreyPicture.of(picture), small);
    double usual = Likeness.of(GreyPicture.of(subject.enlarged), small);
    return new StressRow(
        subject.extent().toString(),
        caption.number(),
        caption.kind(),
        caption.words(),
        subject.spec.seed(),
        method,
        name + ".png",
        painting.seconds(),
        painting.forwards(),
        guidedTiles,
        painting.deviceSeconds(),
        painting.plan().coordinatorBytes(),
        painting.forwards() == 0 ? null : painter.deviceBytes(painting.plan()),
        likeness - usual,
        likeness,
        Findings.of(
            picture,
            subject.enlarged,
            subject.nativeSide(),
            borders,
            caption.traits(),
            subject.truth));
  }
}
