/** Where the time of a render goes: in timesteps, in what lies between two, and between phases. */
@NullMarked
package demofusion.coordinator.render.timing;

import org.jspecify.annotations.NullMarked;
