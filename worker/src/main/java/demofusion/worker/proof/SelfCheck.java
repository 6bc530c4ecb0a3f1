package demofusion.worker.proof;

import demofusion.protocol.DemofusionException;
import demofusion.protocol.FailureCode;
import demofusion.worker.model.DiffusionModel;
import java.util.List;
import java.util.Optional;

/** One thing that a worker can find out of the device that its model is on. */
@FunctionalInterface
public interface SelfCheck {
  /**
   * Does forwards with the model, on the caller's thread.
   *
   * @return what is wrong, in one sentence without a full stop; empty if nothing is
   * @throws RuntimeException if the model fails
   */
  Optional<String> findFault(DiffusionModel model);

  /** One after the other, until one finds a fault. */
  static SelfCheck all(List<SelfCheck> checks) {
    return model -> checks.stream().flatMap(check -> check.findFault(model).stream()).findFirst();
  }

  /**
   * The same, where a model that fails is at fault; a check that does not fit the device is not.
   */
  default Optional<String> faultOrFailure(DiffusionModel model) {
    try {
      return findFault(model);
    } catch (DemofusionException e) {
      return e.code() == FailureCode.OUT_OF_MEMORY
          ? Optional.empty()
          : Optional.of(e.userMessage());
    } catch (RuntimeException e) {
      return Optional.of("the model failed: " + e);
    }
  }
}
