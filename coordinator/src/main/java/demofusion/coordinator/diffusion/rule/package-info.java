/**
 * What is refused because of the model that a request is for. Read {@link
 * demofusion.coordinator.diffusion.rule.FieldsOfOtherModels} first.
 */
@NullMarked
package demofusion.coordinator.diffusion.rule;

import org.jspecify.annotations.NullMarked;
