package demofusion.deploy.doctor;

import demofusion.coordinator.diffusion.scheduler.Schedulers;
import demofusion.deploy.model.ModelNeed;
import demofusion.protocol.DemofusionException;
import demofusion.protocol.model.ModelSource;
import demofusion.worker.model.folder.Architecture;
import demofusion.worker.model.folder.ModelFolder;
import java.util.Optional;

/** Whether the model can be used, and what it will take. */
record ModelCheck(Check check, ModelNeed need, Optional<Architecture> model) {
  private static final String SUBJECT = "model";

  static ModelCheck of(ModelSource source) {
    try {
      ModelFolder model = ModelFolder.open(source);
      Schedulers.requireOwn(model.scheduler());
      int side = model.geometry().nativeSide();
      String finding =
          model.name() + ", native size " + side + "x" + side + ", in " + source.base();
      return new ModelCheck(
          Check.ok(SUBJECT, finding), ModelNeed.of(model), Optional.of(model.architecture()));
    } catch (DemofusionException e) {
      Check check =
          Check.fail(
              SUBJECT,
              e.userMessage(),
              "demofusion inspect " + source.base() + " shows what is wrong");
      return new ModelCheck(check, ModelNeed.UNKNOWN, Optional.empty());
    }
  }
}
