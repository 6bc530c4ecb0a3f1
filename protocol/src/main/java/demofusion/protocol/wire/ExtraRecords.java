package demofusion.protocol.wire;

import demofusion.protocol.api.request.condition.AdapterBlocks;
import demofusion.protocol.latent.PixelExtent;
import demofusion.protocol.work.ControlInput;
import demofusion.protocol.work.ControlPicture;
import demofusion.protocol.work.ControlPicture.Filter;
import demofusion.protocol.work.ControlPicture.Resizing;
import demofusion.protocol.work.ExtraConditioning;
import demofusion.protocol.work.ImagePrompt;
import demofusion.protocol.work.PixelCut;

/** What a forward is told beside the text, component by component. */
final class ExtraRecords {
  /** A rectangle, or a size and how it is reached. */
  static final int GEOMETRY_BYTES = 5 * Integer.BYTES;

  private static final int RESIZING_BYTES = 1 + 2 * Integer.BYTES;

  /** Of either sort: a hash's length and a scale. */
  private static final int LEAST = 1 + Double.BYTES;

  private ExtraRecords() {}

  static void write(WireOutput output, ExtraConditioning extra) {
    output.list(extra.controls(), ExtraRecords::control);
    output.list(extra.imagePrompts(), ExtraRecords::imagePrompt);
  }

  static ExtraConditioning read(WireInput input) {
    return new ExtraConditioning(
        input.list(LEAST, ExtraRecords::control), input.list(LEAST, ExtraRecords::imagePrompt));
  }

  private static void control(WireOutput output, ControlInput control) {
    output.text(control.networkHash());
    output.writeBoolean(control.blueFirst());
    output.optional(control.unionType(), WireOutput::writeInt);
    output.writeDouble(control.scale());
    output.writeBoolean(control.soft());
    WorkRecords.assetId(output, control.picture().file());
    output.optional(control.picture().mask(), WorkRecords::assetId);
    output.list(control.picture().resizings(), ExtraRecords::resizing);
    output.list(control.cuts(), ExtraRecords::cut);
  }

  private static ControlInput control(WireInput input) {
    return new ControlInput(
        input.text(),
        input.readBoolean(),
        input.optional(WireInput::readInt),
        input.readDouble(),
        input.readBoolean(),
        new ControlPicture(
            WorkRecords.assetId(input),
            input.optional(WorkRecords::assetId),
            input.list(RESIZING_BYTES, ExtraRecords::resizing)),
        input.list(GEOMETRY_BYTES, ExtraRecords::cut));
  }

  private static void resizing(WireOutput output, Resizing resizing) {
    output.choice(resizing.filter());
    output.writeInt(resizing.to().width());
    output.writeInt(resizing.to().height());
  }

  private static Resizing resizing(WireInput input) {
    return new Resizing(
        input.choice(Filter.class), new PixelExtent(input.readInt(), input.readInt()));
  }

  private static void cut(WireOutput output, PixelCut cut) {
    output.writeInt(cut.top());
    output.writeInt(cut.left());
    output.writeInt(cut.step());
    output.writeInt(cut.height());
    output.writeInt(cut.width());
  }

  private static PixelCut cut(WireInput input) {
    return new PixelCut(
        input.readInt(), input.readInt(), input.readInt(), input.readInt(), input.readInt());
  }

  private static void imagePrompt(WireOutput output, ImagePrompt prompt) {
    output.text(prompt.adapterHash());
    WorkRecords.assetId(output, prompt.tokens());
    output.writeDouble(prompt.scale());
    output.choice(prompt.blocks());
  }

  private static ImagePrompt imagePrompt(WireInput input) {
    return new ImagePrompt(
        input.text(),
        WorkRecords.assetId(input),
        input.readDouble(),
        input.choice(AdapterBlocks.class));
  }
}
