package demofusion.worker.model.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import demofusion.worker.model.checkpoint.Traits.Base;

/** scheduler_config.json of a family's folders, with what a file's marks change (models.md). */
final class SchedulerInference {
  private SchedulerInference() {}

  static ObjectNode config(Traits traits) {
    if (traits.edm()) {
      return edm();
    }
    ObjectNode config = training();
    if (traits.base() == Base.SDXL) {
      config
          .put("_class_name", "EulerDiscreteScheduler")
          .put("interpolation_type", "linear")
          .put("sample_max_value", 1.0)
          .put("timestep_spacing", "leading")
          .put("use_karras_sigmas", false);
    } else {
      boolean isSd2V = traits.base() == Base.SD2 && traits.isV();
      config.put("_class_name", isSd2V ? "DDIMScheduler" : "PNDMScheduler");
    }
    if (traits.isV()) {
      config.put("prediction_type", "v_prediction");
    }
    if (traits.zeroTerminalSnr()) {
      config.put("rescale_betas_zero_snr", true).put("timestep_spacing", "trailing");
    }
    return config;
  }

  private static ObjectNode training() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("beta_end", 0.012)
        .put("beta_schedule", "scaled_linear")
        .put("beta_start", 0.00085)
        .put("clip_sample", false)
        .put("num_train_timesteps", 1000)
        .put("prediction_type", "epsilon")
        .put("set_alpha_to_one", false)
        .put("skip_prk_steps", true)
        .put("steps_offset", 1);
  }

  /** As Playground 2.5's folder has it. */
  private static ObjectNode edm() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("_class_name", "EDMDPMSolverMultistepScheduler")
        .put("algorithm_type", "dpmsolver++")
        .put("dynamic_thresholding_ratio", 0.995)
        .put("euler_at_final", false)
        .put("final_sigmas_type", "zero")
        .put("lower_order_final", true)
        .put("num_train_timesteps", 1000)
        .put("prediction_type", "epsilon")
        .put("rho", 7.0)
        .put("sample_max_value", 1.0)
        .put("sigma_data", 0.5)
        .put("sigma_max", 80.0)
        .put("sigma_min", 0.002)
        .put("solver_order", 2)
        .put("solver_type", "midpoint")
        .put("thresholding", false);
  }
}
