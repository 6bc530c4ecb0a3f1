/**
 * Pictures of which a part was drawn anew, on their way into a file. Read {@link
 * demofusion.coordinator.image.masked.BlendedRows} first.
 */
@NullMarked
package demofusion.coordinator.image.masked;

import org.jspecify.annotations.NullMarked;
