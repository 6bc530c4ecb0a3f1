/**
 * Pictures of 8 bits a sample, resized exactly as the reference software does it, wherever that
 * happens: on a worker that cuts a control picture, or on the coordinator. Read {@link
 * demofusion.protocol.picture.PillowResizing} first.
 */
@NullMarked
package demofusion.protocol.picture;

import org.jspecify.annotations.NullMarked;
