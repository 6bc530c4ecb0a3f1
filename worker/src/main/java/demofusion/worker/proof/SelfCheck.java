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

  /**
   * One after the other, until one finds a fault. What does not fit the device now is left out,
   * unless nothing fits.
   */
  static SelfCheck all(List<SelfCheck> checks) {
    return model -> {
      int done = 0;
      DemofusionException full = null;
      for (SelfCheck check : checks) {
        try {
          Optional<String> fault = check.findFault(model);
          if (fault.isPresent()) {
            return fault;
          }
          done++;
        } catch (DemofusionException e) {
          if (e.code() != FailureCode.OUT_OF_MEMORY) {
            throw e;
          }
          full = e;
        }
      }
      if (full != null && done == 0) {
        throw full;
      }
      return Optional.empty();
    };
  }

  /**
   * The same, where a model that fails is at fault.
   *
   * @throws DemofusionException where nothing was found out: OUT_OF_MEMORY if nothing fits the
   *     device now, CANCELLED if the process is ending
   */
  default Optional<String> faultOrFailure(DiffusionModel model) {
    try {
      return findFault(model);
    } catch (DemofusionException e) {
      if (e.code() == FailureCode.OUT_OF_MEMORY || e.code() == FailureCode.CANCELLED) {
        throw e;
      }
      return Optional.of(e.userMessage());
    } catch (RuntimeException e) {
      return Optional.of("the model failed: " + e);
    }
  }
}
