package demofusion.coordinator.store;

import demofusion.protocol.api.request.RenderSpec;
import demofusion.protocol.model.ModelId;

/**
 * A job as it was accepted: the picture's specification, and what else was asked for.
 *
 * @param model the one that it was accepted for: only workers that have its kind are asked
 * @param previews whether each phase's picture is wanted too
 * @param priority jobs of a higher one go first
 */
public record RenderRequest(RenderSpec spec, ModelId model, boolean previews, int priority) {}
