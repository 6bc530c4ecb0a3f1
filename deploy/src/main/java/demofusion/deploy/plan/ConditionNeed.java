package demofusion.deploy.plan;

import demofusion.coordinator.diffusion.RenderPlan;
import demofusion.deploy.terminal.ByteSizes;
import demofusion.deploy.terminal.Table;
import demofusion.protocol.api.request.condition.AdapterFacts;
import demofusion.protocol.api.request.condition.AdapterSizes;
import demofusion.protocol.api.request.condition.AdapterUse;
import demofusion.protocol.api.request.condition.ControlFacts;
import demofusion.protocol.api.request.condition.ControlUse;
import demofusion.protocol.api.request.condition.NetworkSize;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.control.ControlShape;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.CrossAttentions;
import demofusion.worker.model.folder.UnetActivations;
import demofusion.worker.model.folder.UnetConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * About how much memory ControlNets and IP-Adapters take on each device beside the model, from the
 * headers of their files: a worker holds them in the precision of its UNet, whatever the file has.
 *
 * @param rows each network by itself
 * @param controlBytes of all ControlNets' weights
 * @param largestControlBytes of the largest alone
 * @param residualBytes what they add to the UNet in the largest unit, and the sum so far
 * @param promptBytes keys and values of what IP-Adapters show
 * @param layerBytes of the matrices that make them, of one adapter at a time
 * @param encodingBytes of an image encoder while it reads pictures
 */
public record ConditionNeed(
    List<NetworkRow> rows,
    long controlBytes,
    long largestControlBytes,
    long residualBytes,
    long promptBytes,
    long layerBytes,
    long encodingBytes) {
  /** Nothing but words steers. */
  public static final ConditionNeed NONE = new ConditionNeed(List.of(), 0, 0, 0, 0, 0, 0);

  /** Channels of the convolutions that read a picture, in every ControlNet that is published. */
  private static final List<Integer> HINT = List.of(16, 32, 96, 256);

  /** Of CLIP's ViT-H, which most adapters read. */
  private static final NetworkSize USUAL_ENCODER = new NetworkSize(632_076_800, 0);

  private static final int USUAL_STATES = 257 * 5120;
  private static final int USUAL_TOKENS = 16;

  /** Of an encoder's widest states, at the moment when there are most of them. */
  private static final int STATES = 8;

  public ConditionNeed {
    rows = List.copyOf(rows);
  }

  /**
   * @param lanes forwards at once
   */
  static ConditionNeed of(
      RenderPlan plan, PlannedWork work, Architecture model, Precision precision, int lanes) {
    Map<String, NetworkRow> controls = new LinkedHashMap<>();
    int passes = 0;
    for (ControlUse use : plan.spec().conditions().controls()) {
      if (counts(use, plan)) {
        passes++;
        controls.put(use.network().name(), row(use, model, precision));
      }
    }
    long residuals = passes == 0 ? 0 : lanes * largestResiduals(work, model) * precision.bytes();
    List<NetworkRow> rows = new ArrayList<>(controls.values());
    long prompts = 0;
    long layers = 0;
    long encoding = 0;
    for (AdapterUse use : plan.conditions().adapters()) {
      Adapter adapter = new Adapter(use, model, precision);
      rows.add(adapter.row());
      prompts += adapter.promptBytes();
      layers = Math.max(layers, adapter.layerBytes());
      encoding = Math.max(encoding, adapter.encodingBytes());
    }
    return new ConditionNeed(
        rows,
        controls.values().stream().mapToLong(NetworkRow::deviceBytes).sum(),
        controls.values().stream().mapToLong(NetworkRow::deviceBytes).max().orElse(0),
        passes > 1 ? 2 * residuals : residuals,
        prompts,
        layers,
        encoding);
  }

  private static boolean counts(ControlUse use, RenderPlan plan) {
    return plan.phases().stream().anyMatch(phase -> use.weight(phase.number()) != 0);
  }

  private static NetworkRow row(ControlUse use, Architecture model, Precision precision) {
    Optional<NetworkSize> known =
        use.known().map(ControlFacts::size); // null of facts that nobody read a file for
    NetworkSize size = known.orElseGet(() -> new NetworkSize(fullSize(model.unet()), 0));
    return new NetworkRow(
        NetworkRow.CONTROLNET,
        use.network().name(),
        size.parameters(),
        size.fileBytes(),
        size.parameters() * precision.bytes(),
        0,
        known.isEmpty());
  }

  /** Weights of a ControlNet that is a copy of a UNet's whole first half. */
  private static long fullSize(UnetConfig unet) {
    ControlShape full =
        new ControlShape(
            unet.latentChannels(),
            unet.down().stream()
                .map(block -> new ControlShape.Level(block.channels(), block.depths()))
                .toList(),
            unet.middle().depths(),
            unet.timeWidth(),
            unet.contextWidth(),
            unet.addedWidth(),
            unet.linearProjection(),
            HINT,
            0,
            0);
    return full.tensors().values().stream().mapToLong(ConditionNeed::size).sum();
  }

  private static long size(int[] shape) {
    return Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
  }

  private static long largestResiduals(PlannedWork work, Architecture model) {
    return work.stages().stream()
        .flatMap(stage -> stage.pieces().stream().distinct())
        .filter(piece -> piece.kind() == Piece.Kind.FORWARD)
        .mapToLong(
            piece ->
                MemoryNeed.samples(piece)
                    * UnetActivations.residuals(
                        model.unet(), piece.extent().height(), piece.extent().width()))
        .max()
        .orElse(0);
  }

  /** What one adapter takes. */
  private record Adapter(AdapterUse use, Architecture model, Precision precision) {
    private Optional<AdapterSizes> known() {
      return Optional.ofNullable(use.facts()).map(AdapterFacts::sizes);
    }

    private AdapterSizes sizes() {
      NetworkSize layers = new NetworkSize(2 * width() * model.unet().contextWidth(), 0);
      return known()
          .orElseGet(
              () ->
                  new AdapterSizes(
                      USUAL_TOKENS, new NetworkSize(0, 0), layers, USUAL_ENCODER, USUAL_STATES));
    }

    /** Of all cross-attentions together. */
    private long width() {
      return CrossAttentions.of(model.unet()).inOrder().stream()
          .mapToLong(CrossAttentions.Place::width)
          .sum();
    }

    /** Of both halves of guidance. */
    long promptBytes() {
      long tokens = (long) sizes().tokens() * use.pictures().size();
      return 2 * 2 * width() * tokens * precision.bytes();
    }

    long layerBytes() {
      return sizes().layers().parameters() * precision.bytes();
    }

    private long encoderBytes() {
      return (sizes().encoder().parameters() + STATES * sizes().encoderStates())
          * precision.bytes();
    }

    long encodingBytes() {
      return Math.max(encoderBytes(), sizes().projection().parameters() * precision.bytes());
    }

    NetworkRow row() {
      NetworkSize own = sizes().projection().plus(sizes().layers());
      return new NetworkRow(
          NetworkRow.ADAPTER,
          use.network().name(),
          own.parameters(),
          own.fileBytes(),
          promptBytes(),
          encoderBytes(),
          known().isEmpty());
    }
  }

  /** The most that is there beside the UNet, as long as all networks stay. */
  public long forwardBytes() {
    return promptBytes + Math.max(layerBytes, controlBytes + residualBytes);
  }

  /** The same where ControlNets take turns. */
  long leastForwardBytes() {
    return promptBytes + Math.max(layerBytes, largestControlBytes + residualBytes);
  }

  /** Whether ControlNets can take turns at all. */
  boolean hasSeveralControls() {
    return largestControlBytes < controlBytes;
  }

  /** For people; nothing where nothing but words steers. */
  List<String> lines() {
    if (rows.isEmpty()) {
      return List.of();
    }
    Table table = new Table("network", "weights", "its file", "on each device");
    for (NetworkRow row : rows) {
      String file = row.assumed() ? "not here: as usual" : ByteSizes.words(row.fileBytes());
      String encoder =
          row.encoderBytes() == 0
              ? ""
              : ", its image encoder %s before".formatted(ByteSizes.words(row.encoderBytes()));
      table.add(
          row.title(),
          String.format(Locale.ROOT, "%,.1f M", row.parameters() / 1e6),
          file,
          "about " + ByteSizes.words(row.deviceBytes()) + encoder);
    }
    List<String> lines = new ArrayList<>(table.lines(0));
    if (residualBytes > 0) {
      lines.add(
          "what ControlNets add takes about %s in a forward pass"
              .formatted(ByteSizes.words(residualBytes)));
    }
    return lines;
  }
}
