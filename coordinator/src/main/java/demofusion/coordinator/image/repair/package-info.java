/**
 * Pictures of which a part is drawn anew: what becomes a mask ({@link
 * demofusion.coordinator.image.repair.EditMask}), what is cut out of a large picture ({@link
 * demofusion.coordinator.image.repair.RepairCut}), and how the result lies in it again ({@link
 * demofusion.coordinator.image.repair.BlendedRows}, {@link
 * demofusion.coordinator.image.repair.PastedRows}).
 */
@NullMarked
package demofusion.coordinator.image.repair;

import org.jspecify.annotations.NullMarked;
