/** When a card is the farm's and when its owner's. Begin reading at {@link WeeklyHours}. */
@NullMarked
package demofusion.worker.when;

import org.jspecify.annotations.NullMarked;
