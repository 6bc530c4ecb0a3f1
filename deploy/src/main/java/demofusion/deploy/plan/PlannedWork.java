package demofusion.deploy.plan;

import demofusion.coordinator.diffusion.Phase;
import demofusion.coordinator.diffusion.ReferenceEncoding;
import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.coordinator.diffusion.ViewBatchGroup;
import demofusion.coordinator.dispatch.ledger.BatchTerms;
import demofusion.coordinator.dispatch.ledger.Urgency;
import demofusion.coordinator.image.LatentCut;
import demofusion.coordinator.render.PictureTiling;
import demofusion.deploy.plan.Piece.Kind;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.method.RenderMethod;
import demofusion.protocol.latent.LatentExtent;
import demofusion.protocol.model.upscaler.RrdbShape;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.UnetCost;
import demofusion.worker.model.folder.VaeCost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Everything that devices compute for a picture, in the order of the render: what a plan asks for,
 * and what each piece of it costs a model of this architecture.
 *
 * @param stages each begins when the one before is done
 */
public record PlannedWork(List<Stage> stages) {
  /**
   * What is done at once, so many times one after the other.
   *
   * @param phase that it belongs to; 0: before the first
   * @param pieces in the order in which they are handed out
   * @param latentValues that the coordinator goes through each time, between two timesteps
   */
  public record Stage(int phase, List<Piece> pieces, int times, long latentValues) {
    public Stage {
      pieces = List.copyOf(pieces);
    }

    double flop() {
      return times * pieces.stream().mapToDouble(Piece::flop).sum();
    }
  }

  public PlannedWork {
    stages = List.copyOf(stages);
  }

  /**
   * @param previews whether each phase's picture is wanted too; they are counted as if everything
   *     waited for them, which in a render only happens where no device has time to spare
   */
  public static PlannedWork of(RenderPlan plan, Architecture model, boolean previews) {
    return of(plan, model, previews, RrdbShape.USUAL);
  }

  /**
   * @param upscaler of method sr
   */
  static PlannedWork of(RenderPlan plan, Architecture model, boolean previews, RrdbShape upscaler) {
    return new Estimate(plan, model, upscaler).work(previews);
  }

  /** Operations of some kind of work. */
  public double flop(Kind kind) {
    return stages.stream()
        .mapToDouble(
            stage ->
                stage.times()
                    * stage.pieces().stream()
                        .filter(piece -> piece.kind() == kind)
                        .mapToDouble(Piece::flop)
                        .sum())
        .sum();
  }

  public double flop() {
    return stages.stream().mapToDouble(Stage::flop).sum();
  }

  /** Pieces of some kind. */
  public long count(Kind kind) {
    return stages.stream()
        .mapToLong(
            stage ->
                stage.times()
                    * stage.pieces().stream().filter(piece -> piece.kind() == kind).count())
        .sum();
  }

  /** Goes through a plan once. */
  private static final class Estimate {
    /** CLIP's ViT-H on one picture of 224 pixels (conditioning section 4.4). */
    private static final double IMAGE_FLOP = 0.335e12;

    private final RenderPlan plan;
    private final Architecture model;
    private final RrdbShape upscaler;
    private final UnetCost unet;
    private final VaeCost vae;

    Estimate(RenderPlan plan, Architecture model, RrdbShape upscaler) {
      this.plan = plan;
      this.model = model;
      this.upscaler = upscaler;
      this.unet = UnetCost.of(model.unet());
      this.vae = VaeCost.of(model.vae());
    }

    PlannedWork work(boolean previews) {
      List<Stage> stages = new ArrayList<>();
      stages.add(new Stage(0, encoding(), 1, 0));
      for (Phase phase : plan.phases()) {
        stages.addAll(barrier(phase, previews));
        stages.addAll(timesteps(phase));
        boolean last = phase.number() == plan.lastPhase().number();
        if (last || previews) {
          stages.addAll(decoding(phase));
        }
      }
      if (plan.spec().method() == RenderMethod.SR) {
        stages.addAll(UpscalingEstimate.stages(plan, upscaler));
      }
      return new PlannedWork(stages);
    }

    /** What a phase waits for that begins with the picture of the one before. */
    private List<Stage> barrier(Phase phase, boolean previews) {
      List<Stage> stages = new ArrayList<>();
      int before = plan.phases().indexOf(phase) - 1;
      if (plan.needsPicture(phase) && before >= 0 && !previews) {
        stages.addAll(decoding(plan.phases().get(before)));
      }
      int windows = ReferenceEncoding.count(plan, phase);
      if (windows > 0) {
        int side = plan.geometry().sampleSize();
        LatentExtent all = phase.extent();
        LatentExtent window =
            new LatentExtent(Math.min(side, all.height()), Math.min(side, all.width()));
        double flop = vae.encode(window.height(), window.width());
        BatchTerms terms = BatchTerms.encodingWindow(plan.spec().threads());
        Piece piece = new Piece(Kind.ENCODE, window, 1, false, 0, flop, terms);
        stages.add(new Stage(phase.number(), Collections.nCopies(windows, piece), 1, 0));
      }
      return stages;
    }

    private List<Piece> encoding() {
      List<Piece> pieces = new ArrayList<>();
      LatentExtent first = plan.phases().get(0).extent();
      boolean guided = plan.guidance().isActive();
      double text = model.textFlop() * (guided ? 2 : 1);
      pieces.add(new Piece(Kind.TEXT, first, 1, guided, 0, text, BatchTerms.encoding()));
      for (AdapterUse adapter : plan.conditions().adapters()) {
        double flop = IMAGE_FLOP * adapter.pictures().size();
        pieces.add(new Piece(Kind.IMAGE, first, 1, true, 0, flop, BatchTerms.encoding()));
      }
      if (plan.spec().source() != null) {
        double flop = vae.encode(first.height(), first.width());
        pieces.add(new Piece(Kind.SOURCE, first, 1, false, 0, flop, BatchTerms.encoding()));
      }
      return pieces;
    }

    /** Timesteps that cost the same follow each other in one stage. */
    private List<Stage> timesteps(Phase phase) {
      long values = (long) plan.geometry().latentChannels() * phase.extent().area();
      List<Stage> stages = new ArrayList<>();
      int begun = 0;
      for (int done = 1; done <= plan.timesteps(phase); done++) {
        double effort = effort(phase, done - 1);
        if (done == plan.timesteps(phase) || effort(phase, done) != effort) {
          int times = plan.evaluations(phase, done) - plan.evaluations(phase, begun);
          stages.add(new Stage(phase.number(), timestep(phase, effort), times, values));
          begun = done;
        }
      }
      return stages;
    }

    private double effort(Phase phase, int timestep) {
      return plan.units().effort(phase, plan.firstStep(phase) + timestep);
    }

    private List<Piece> timestep(Phase phase, double effort) {
      List<Piece> pieces = new ArrayList<>();
      for (ViewBatchGroup group : ViewBatchGroup.of(plan, phase)) {
        // A UNet that is told the guidance has no second half.
        int samples = model.unet().guidanceWidth() > 0 ? group.views() : group.samples();
        double flop = effort * samples * unet.flop(group.view().height(), group.view().width());
        Piece piece =
            new Piece(
                Kind.FORWARD,
                group.view(),
                group.views(),
                samples > group.views(),
                0,
                flop,
                effort,
                terms(group).times(effort));
        pieces.addAll(Collections.nCopies(group.count(), piece));
      }
      return pieces;
    }

    private BatchTerms terms(ViewBatchGroup group) {
      int threads = plan.spec().threads();
      long values = (long) group.views() * plan.geometry().latentChannels() * group.view().area();
      long bytes = Float.BYTES * values;
      return group.half()
          ? BatchTerms.half(threads, bytes)
          : BatchTerms.forward(group.views(), threads, bytes, group.samples() > group.views())
              .times(share(group));
    }

    /** Of what so many guided views cost: less where texts have one unconditional half. */
    private static double share(ViewBatchGroup group) {
      boolean isGuided = group.samples() > group.views();
      return isGuided ? 0.5 * group.samples() / group.views() : 1;
    }

    private List<Stage> decoding(Phase phase) {
      PictureTiling tiling = PictureTiling.of(plan.geometry());
      List<LatentCut> tiles = tiling.tiles(phase.extent()).tiles();
      int threads = plan.spec().threads();
      BatchTerms terms = BatchTerms.decoding(Urgency.PICTURE, threads);
      LatentExtent tile = new LatentExtent(tiles.get(0).height(), tiles.get(0).width());
      if (tiles.size() == 1) {
        double flop = vae.decode(tile.height(), tile.width());
        Piece whole = new Piece(Kind.WHOLE, tile, 1, false, 0, flop, terms);
        return List.of(new Stage(phase.number(), List.of(whole), 1, 0));
      }
      long surveyed = phase.extent().area();
      double flop = vae.decodeTile(tile.height(), tile.width(), surveyed);
      Piece piece = new Piece(Kind.TILE, tile, 1, false, surveyed, flop, terms);
      return List.of(
          new Stage(phase.number(), List.of(survey(phase, tiling)), 1, 0),
          new Stage(phase.number(), Collections.nCopies(tiles.size(), piece), 1, 0));
    }

    private Piece survey(Phase phase, PictureTiling tiling) {
      List<LatentCut> cuts = tiling.surveys(phase.extent());
      LatentExtent cut = new LatentExtent(cuts.get(0).height(), cuts.get(0).width());
      int margin = tiling.surveyMargin(phase.extent());
      double flop = vae.survey(cuts.size(), cut.height(), cut.width(), margin);
      BatchTerms terms = BatchTerms.survey(Urgency.PICTURE, plan.spec().threads());
      return new Piece(Kind.SURVEY, cut, cuts.size(), false, margin, flop, terms);
    }
  }
}
