package demofusion.protocol.wire;

import demofusion.protocol.model.ModelCard;
import demofusion.protocol.model.ModelGeometry;
import demofusion.protocol.model.Precision;
import demofusion.protocol.model.SchedulerConfig;
import demofusion.protocol.model.SchedulerKind;

/** What a worker announces of its model, component by component. */
final class ModelRecords {
  private ModelRecords() {}

  static void card(WireOutput output, ModelCard card) {
    output.text(card.name());
    output.text(card.hash());
    output.writeInt(card.geometry().sampleSize());
    output.writeInt(card.geometry().latentChannels());
    output.writeInt(card.geometry().vaeScaleFactor());
    output.optional(card.scheduler().knownKind(), WireOutput::choice);
    SettingValues.write(output, card.scheduler().values());
    output.choice(card.precision());
    output.text(card.device());
  }

  static ModelCard card(WireInput input) {
    return new ModelCard(
        input.text(),
        input.text(),
        new ModelGeometry(input.readInt(), input.readInt(), input.readInt()),
        new SchedulerConfig(
            input.optional(source -> source.choice(SchedulerKind.class)),
            SettingValues.read(input)),
        input.choice(Precision.class),
        input.text());
  }
}
