/** A worker: one device, one model, and the actor that does what dispatchers ask of it. */
@NullMarked
package demofusion.worker;

import org.jspecify.annotations.NullMarked;
